"""Reasons in a few words, where there is no room for the sentence: in charts and lists."""

from frappe import _


def short(code: str) -> str:
	"""The reason of a code in a few words, in the reader's language; the code itself where it has none."""
	return _known().get(code, code)


def _known() -> dict[str, str]:
	return {
		"order_above_shipment_limit": _("Shipment limit"),
		"order_arrears_first": _("Arrears first"),
		"order_cash_on_delivery": _("Not ready to pay"),
		"order_cash_owed": _("Goods owed for"),
		"order_no_credit": _("No credit"),
		"order_no_room": _("Limit used up"),
		"order_over_limit": _("Above the limit"),
		"order_overdue": _("Overdue"),
		"order_pay_before_delivery": _("Goods not paid"),
		"order_pay_before_order": _("Order not paid"),
		"order_supply_stopped": _("Supply stopped"),
		"order_terms_grant_credit": _("Credit terms"),
		"order_terms_too_long": _("Terms too long"),
	}
