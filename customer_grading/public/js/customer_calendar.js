(function add_customer_calendar() {
	let whose = "Mine";

	const choose = (value) => () => {
		whose = value;
		show_choice();
		cur_list.calendar.refresh();
	};
	const choices = { mine: "Mine", team: "My Team", all: "All" };

	function show_choice() {
		for (const [name, value] of Object.entries(choices)) {
			$(`.fc-${name}-button`).toggleClass("active", value == whose);
		}
	}

	frappe.views.calendar["Customer"] = {
		field_map: {
			id: "name",
			title: "title",
			start: "next_follow_up",
			end: "next_follow_up",
			allDay: "allDay",
		},
		get_events_method: "customer_grading.due.get_events",
		get_args: (start, end) => ({ start: start.format(), end: end.format(), whose }),
		get_css_class: ({ next_follow_up, customer_grade }) => {
			if (customer_grading.days_overdue(next_follow_up) > 0) return "danger";
			return { A: "success", B: "default" }[customer_grade] || "warning";
		},
		options: {
			selectable: false,
			header: {
				left: "prev,title,next",
				center: "",
				right: "mine,team,all today,month,agendaWeek,agendaDay",
			},
			customButtons: {
				mine: { text: __("Mine"), click: choose("Mine") },
				team: { text: __("My Team"), click: choose("My Team") },
				all: { text: __("All"), click: choose("All") },
			},
			viewRender: show_choice,
		},
	};
})();
