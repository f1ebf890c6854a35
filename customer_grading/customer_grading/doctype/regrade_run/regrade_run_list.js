const RUN_COLOURS = {
	Running: "blue",
	Completed: "green",
	"Completed with Failures": "orange",
	Stopped: "gray",
};

frappe.listview_settings["Regrade Run"] = {
	add_fields: ["status"],
	get_indicator: (doc) => [__(doc.status, null, "Regrade Run"), RUN_COLOURS[doc.status], `status,=,${doc.status}`],
	onload(list) {
		if (!frappe.model.can_create("Regrade Run")) return;
		list.page.set_primary_action(__("Regrade Now"), () =>
			frappe
				.call("customer_grading.customer_grading.doctype.regrade_run.regrade_run.regrade_now")
				.then(() => frappe.show_alert(__("The regrade has been enqueued.")))
		);
	},
};
