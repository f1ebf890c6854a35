const SURVEY_COLOURS = { "Not Sent": "gray", Open: "blue", Answered: "green", Expired: "orange" };
const ANSWER_COLOURS = { A: "green", B: "green", C: "yellow", D: "orange", E: "red" };

frappe.listview_settings["Satisfaction Survey"] = {
	add_fields: ["status", "satisfaction_level"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = doc.satisfaction_level ? ANSWER_COLOURS : SURVEY_COLOURS;
		const colour = colours[doc.satisfaction_level || doc.status];
		return [__(doc.status, null, "Satisfaction Survey"), colour, `status,=,${doc.status}`];
	},
};
