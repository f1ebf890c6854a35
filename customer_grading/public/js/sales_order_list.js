// Orders whose goods wait say for what, beside their own status.
(function extend_sales_order_list() {
	const settings = (frappe.listview_settings["Sales Order"] ||= {});
	const { get_indicator } = settings;

	settings.add_fields = [...(settings.add_fields || []), "credit_outcome", "credit_awaits"];
	settings.get_indicator = (order) => {
		const own = get_indicator?.(order);
		if (!is_held(order)) return own;
		const awaited = __("Waits for {0}", [__(order.credit_awaits, null, "Customer Grading")]);
		return [own ? `${awaited} · ${own[0]}` : awaited, "orange", held(order)];
	};

	function is_held({ docstatus, credit_outcome, credit_awaits, status, per_delivered }) {
		if (flt(per_delivered) >= 100) return false;
		const rests = ["Closed", "Completed", "On Hold"].includes(status);
		return docstatus == 1 && credit_outcome == "Hold" && credit_awaits && !rests;
	}

	function held({ credit_awaits }) {
		return `docstatus,=,1|credit_outcome,=,Hold|per_delivered,<,100|credit_awaits,=,${credit_awaits}`;
	}
})();
