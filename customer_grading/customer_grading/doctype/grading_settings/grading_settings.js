const METHODS = "customer_grading.customer_grading.doctype.grading_settings.grading_settings";

frappe.ui.form.on("Grading Settings", {
	refresh(frm) {
		show_fingerprint(frm);
		frm.add_custom_button(__("Export Policy"), () => window.open(`/api/method/${METHODS}.export_policy`));
		if (frm.perm[0].write) {
			frm.add_custom_button(__("Import Policy"), () => ask_for_policy(frm));
		}
	},
});

function show_fingerprint(frm) {
	const fingerprint = frm.doc.__onload?.fingerprint;
	if (fingerprint) {
		frm.set_intro(__("Answers name this policy by its fingerprint {0}.", [`<code>${fingerprint}</code>`]));
	}
}

function ask_for_policy(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Import Policy"),
		size: "large",
		fields: [
			{ fieldtype: "HTML", fieldname: "file" },
			{
				fieldtype: "Text",
				fieldname: "toml",
				label: __("Policy"),
				reqd: 1,
				description: __("Choose a policy file or paste its text. What it leaves out takes its default."),
			},
		],
		primary_action_label: __("Show Changes"),
		primary_action: ({ toml }) => show_changes(frm, dialog, toml),
	});
	dialog.fields_dict.file.$wrapper.append(file_input((text) => dialog.set_value("toml", text)));
	dialog.show();
}

function file_input(take) {
	return $('<input type="file" accept=".toml" class="mb-3">')
		.attr("aria-label", __("Policy file"))
		.on("change", async ({ target }) => target.files[0] && take(await target.files[0].text()));
}

function show_changes(frm, asked, toml) {
	const callback = ({ message }) => offer_changes(frm, asked, { toml, ...message });
	frappe.call({ method: `${METHODS}.preview_policy`, args: { toml }, callback });
}

function offer_changes(frm, asked, { toml, changes, old }) {
	if (!changes.length) {
		frappe.msgprint(__("The file says what is in force already: nothing would change."));
		return;
	}
	asked.hide();
	const dialog = new frappe.ui.Dialog({
		title: __("Changes to Apply: {0}", [changes.length]),
		size: "extra-large",
		fields: [{ fieldtype: "HTML", fieldname: "changes", options: table_of(changes) }],
		primary_action_label: __("Apply"),
		primary_action: () => apply_policy(frm, dialog, { toml, old }),
		secondary_action_label: __("Back"),
		secondary_action: () => dialog.hide() && asked.show(),
	});
	dialog.show();
}

function apply_policy(frm, dialog, args) {
	const callback = async ({ message: { changes } }) => {
		dialog.hide();
		await frm.reload_doc();
		frappe.show_alert({ message: __("Settings changed: {0}", [changes.length]), indicator: "green" });
	};
	frappe.call({ method: `${METHODS}.apply_policy`, args, callback });
}

function table_of(changes) {
	const cells = (values, tag) => values.map((value) => `<${tag}>${value}</${tag}>`).join("");
	const rows = changes.map((change) => {
		const values = [change.where, change.setting, change.old, change.new];
		return `<tr>${cells(values.map(frappe.utils.escape_html), "td")}</tr>`;
	});
	const head = cells([__("Field"), __("Setting"), __("Old"), __("New")], "th");
	return `<table class="table table-bordered"><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
