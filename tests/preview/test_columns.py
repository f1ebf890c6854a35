"""The columns of exports are recognised without options, in English and Chinese, and can be named where
not.
"""

import pytest

from customer_grading.preview.book import InputError
from customer_grading.preview.reading.columns import (
	COLUMNS,
	Content,
	FileKind,
	Key,
	key_of,
	read_mapping,
	recognise,
	squeeze,
)

INVOICES, ORDERS, PAYMENTS, CUSTOMERS = FileKind


def found(kind: FileKind, *header: str, **mapping: str) -> dict[str, str]:
	"""Column name → header."""
	layout = recognise(kind, header, mapping)
	return {name: layout.header[place] for name, place in layout.places.items()}


IBM = (
	"countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,"
	"PaperlessBill,DaysToSettle,DaysLate"
)


def test_ibm_columns_are_recognised() -> None:
	assert found(INVOICES, *IBM.split(",")) == {
		"invoice": "invoiceNumber",
		"customer": "customerID",
		"date": "InvoiceDate",
		"due": "DueDate",
		"amount": "InvoiceAmount",
		"paid_on": "SettledDate",
		"disputed": "Disputed",
	}


def test_columns_that_nothing_is_read_from_are_told() -> None:
	layout = recognise(INVOICES, IBM.split(","), {})
	assert layout.unused == ("countryCode", "PaperlessDate", "PaperlessBill", "DaysToSettle", "DaysLate")


ERPNEXT_INVOICE = {
	"invoice": "ID",
	"customer": "Customer",
	"customer_name": "Customer Name",
	"date": "Date",
	"due": "Payment Due Date",
	"base_rounded": "Rounded Total (Company Currency)",
	"base_amount": "Grand Total (Company Currency)",
	"rounded": "Rounded Total",
	"amount": "Grand Total",
	"currency": "Currency",
	"rate": "Exchange Rate",
	"account_currency": "Party Account Currency",
	"outstanding": "Outstanding Amount",
	"paid": "Paid Amount (Company Currency)",
	"order": "Sales Order (Items)",
	"is_return": "Is Return (Credit Note)",
	"return_against": "Return Against",
	"status": "Status",
	"schedule_due": "Due Date (Payment Schedule)",
	"schedule_amount": "Payment Amount (Payment Schedule)",
}
ERPNEXT_INVOICE_ZH = {
	"invoice": "ID",
	"customer": "客户",
	"customer_name": "客户名称",
	"date": "日期",
	"due": "付款到期日",
	"base_rounded": "圆整后金额（公司货币）",
	"base_amount": "总计（公司货币）",
	"rounded": "圆整后金额",
	"amount": "总计",
	"currency": "货币",
	"rate": "汇率",
	"account_currency": "往来单位科目币种",
	"outstanding": "未付金额",
	"paid": "已支付的金额（公司货币）",
	"order": "销售订单 (物料)",
	"is_return": "是退货？（退款单）",
	"return_against": "退货依据",
	"status": "状态",
	"schedule_due": "到期日 (付款工时单)",
	"schedule_amount": "付款金额 (付款工时单)",
}
ERPNEXT_INVOICE_FIELDS = {
	"invoice": "name",
	"customer": "customer",
	"customer_name": "customer_name",
	"date": "posting_date",
	"due": "due_date",
	"base_amount": "base_grand_total",
	"amount": "grand_total",
	"rate": "conversion_rate",
	"outstanding": "outstanding_amount",
	"order": "items.sales_order",
	"is_return": "is_return",
	"return_against": "return_against",
	"docstatus": "docstatus",
	"schedule_due": "payment_schedule.due_date",
	"schedule_amount": "payment_schedule.payment_amount",
}
ERPNEXT_ORDER = {
	"order": "ID",
	"customer": "Customer",
	"customer_name": "Customer Name",
	"date": "Date",
	"base_amount": "Grand Total (Company Currency)",
	"amount": "Grand Total",
	"status": "Status",
	"schedule_due": "Due Date (Payment Schedule)",
}
ERPNEXT_ORDER_FIELDS = {
	"order": "name",
	"customer": "customer",
	"date": "transaction_date",
	"base_amount": "base_grand_total",
	"rate": "conversion_rate",
}
ERPNEXT_ORDER_ZH = {
	"order": "ID",
	"customer": "客户",
	"date": "日期",
	"base_amount": "总计（公司货币）",
	"status": "状态",
	"schedule_due": "到期日 (付款工时单)",
}
ERPNEXT_PAYMENT = {
	"payment": "ID",
	"customer": "Party",
	"customer_name": "Party Name",
	"date": "Posting Date",
	"base_amount": "Paid Amount (Company Currency)",
	"amount": "Paid Amount",
	"rate": "Source Exchange Rate",
	"payment_type": "Payment Type",
	"party_type": "Party Type",
	"reference_type": "Type (Payment References)",
	"reference": "Name (Payment References)",
	"allocated": "Allocated (Payment References)",
	"status": "Status",
}
ERPNEXT_PAYMENT_REPORT = {
	"payment": "ID",
	"customer": "Party",
	"date": "Posting Date",
	"base_amount": "Received Amount (Company Currency)",
	"reference": "Name (Payment Entry Reference)",
	"allocated": "Allocated (Payment Entry Reference)",
}
ERPNEXT_PAYMENT_FIELDS = {
	"payment": "name",
	"customer": "party",
	"customer_name": "party_name",
	"date": "posting_date",
	"base_amount": "base_paid_amount",
	"amount": "paid_amount",
	"payment_type": "payment_type",
	"party_type": "party_type",
	"reference_type": "references.reference_doctype",
	"reference": "references.reference_name",
	"allocated": "references.allocated_amount",
}
ERPNEXT_PAYMENT_ZH = {
	"payment": "ID",
	"customer": "往来单位",
	"customer_name": "往来单位名称",
	"date": "记帐日期",
	"base_amount": "已支付的金额（公司货币）",
	"payment_type": "付款类型",
	"party_type": "往来单位类型",
	"reference_type": "类型 (付款参考)",
	"reference": "名称 (付款参考)",
	"allocated": "已分配 (付款参考)",
}
ERPNEXT_CUSTOMER = {
	"customer": "ID",
	"customer_name": "Customer Name",
	"group": "Customer Group",
	"salesperson": "Account Manager",
}
ERPNEXT_CUSTOMER_ZH = {
	"customer": "ID",
	"customer_name": "客户名称",
	"group": "客户群组",
	"salesperson": "客户经理",
}


@pytest.mark.parametrize(
	("kind", "columns"),
	[
		(INVOICES, ERPNEXT_INVOICE),
		(INVOICES, ERPNEXT_INVOICE_ZH),
		(INVOICES, ERPNEXT_INVOICE_FIELDS),
		(ORDERS, ERPNEXT_ORDER),
		(ORDERS, ERPNEXT_ORDER_FIELDS),
		(ORDERS, ERPNEXT_ORDER_ZH),
		(PAYMENTS, ERPNEXT_PAYMENT),
		(PAYMENTS, ERPNEXT_PAYMENT_REPORT),
		(PAYMENTS, ERPNEXT_PAYMENT_FIELDS),
		(PAYMENTS, ERPNEXT_PAYMENT_ZH),
		(CUSTOMERS, ERPNEXT_CUSTOMER),
		(CUSTOMERS, ERPNEXT_CUSTOMER_ZH),
	],
)
def test_erpnext_exports_are_recognised_in_any_order_of_columns(
	kind: FileKind, columns: dict[str, str]
) -> None:
	header = ["Sr", *columns.values(), "Company", "Territory"]
	assert found(kind, *header) == columns
	assert found(kind, *reversed(header)) == columns


@pytest.mark.parametrize(
	("header", "column"),
	[
		("客户名称", "customer_name"),
		("购货单位", "customer"),
		("发票号", "invoice"),
		("发票号码", "invoice"),
		("发票日期", "date"),
		("开票日期", "date"),
		("到期日", "due"),
		("账期（天）", "terms_days"),
		("金额", "amount"),
		("金额（元）", "amount"),
		("价税合计", "amount"),
		("付款日期", "paid_on"),
		("收款日期", "paid_on"),
		("结清日期", "paid_on"),
		("未收金额", "outstanding"),
		("Invoice No.", "invoice"),
		("INVOICE_DATE", "date"),
		("  due   date ", "due"),
		("Amount (USD)", "amount"),
		("clear_date", "paid_on"),
		("Ｄｕｅ　Ｄａｔｅ", "due"),
		("Dispute Date", "disputed_on"),
	],
)
def test_common_headers_are_recognised_however_they_are_spelled(header: str, column: str) -> None:
	assert found(INVOICES, "Whatever", header) == {column: header}


def test_amounts_in_ten_thousands_are_not_taken_for_amounts() -> None:
	assert found(INVOICES, "金额（万元）") == {}


def test_a_child_column_is_not_taken_for_the_document_s_own() -> None:
	assert "due" not in found(INVOICES, "Due Date (Payment Schedule)")
	assert "reference" not in found(PAYMENTS, "Due Date (Payment References)")


def test_the_header_that_stands_first_in_the_list_goes_before_others() -> None:
	assert found(INVOICES, "Invoice Amount", "Grand Total")["amount"] == "Grand Total"
	assert found(INVOICES, "Invoice Date", "Posting Date", "Date")["date"] == "Date"


def test_a_header_is_used_for_one_column_only() -> None:
	assert found(CUSTOMERS, "Name") == {"customer": "Name"}
	assert found(CUSTOMERS, "Name", "ID") == {"customer": "ID", "customer_name": "Name"}


def test_the_first_of_equal_headers_is_used_and_the_repetition_told() -> None:
	layout = recognise(INVOICES, ["Customer", "Date", "Amount", "Date"], {})
	assert layout.places["date"] == 1
	assert layout.repeated == ("Date",)


@pytest.mark.parametrize(
	("kind", "header", "missing"),
	[
		(INVOICES, ["ID", "Status"], ("customer", "date", "amount")),
		(INVOICES, ["Customer Name", "Date"], ("amount",)),
		(INVOICES, ["Customer Name", "Date", "base_grand_total"], ()),
		(CUSTOMERS, ["Territory"], ("customer",)),
		(CUSTOMERS, ["Customer Name"], ()),
	],
)
def test_what_is_missing_is_named(kind: FileKind, header: list[str], missing: tuple[str, ...]) -> None:
	assert recognise(kind, header, {}).missing == missing


def test_child_columns_are_noticed() -> None:
	assert recognise(INVOICES, ["Customer", "Sales Order (Items)"], {}).has_child_columns
	assert recognise(INVOICES, ["Customer", "items.sales_order"], {}).has_child_columns
	assert not recognise(INVOICES, ["Customer", "Sales Order"], {}).has_child_columns


def test_columns_are_found_by_their_content() -> None:
	layout = recognise(INVOICES, ["Customer", "Amount", "Date", "Due Date"], {})
	assert layout.places_of(Content.DATE) == (2, 3)
	assert layout.places_of(Content.AMOUNT) == (1,)


def test_a_column_that_the_file_lacks_stands_behind_the_last_cell_and_keeps_its_name() -> None:
	layout = recognise(INVOICES, ["Customer"], {})
	assert layout.place("due") == 1
	assert layout.label("due") == "due"


def test_a_mapped_column_goes_before_every_recognised_one() -> None:
	assert found(INVOICES, "Date", "Delivered", date="Delivered")["date"] == "Delivered"


def test_a_mapped_amount_is_not_overruled_by_one_in_company_currency() -> None:
	columns = found(INVOICES, "Grand Total (Company Currency)", "Net", amount="Net")
	assert columns == {"amount": "Net"}


def test_a_mapped_header_is_not_used_for_anything_else() -> None:
	assert found(INVOICES, "Due Date", date="Due Date") == {"date": "Due Date"}


def test_a_mapped_header_may_be_spelled_otherwise() -> None:
	assert found(INVOICES, "Ship_Date", date="ship date") == {"date": "Ship_Date"}


def test_a_mapping_for_another_kind_of_file_is_left_aside() -> None:
	assert found(CUSTOMERS, "ID", "Settled", paid_on="Settled") == {"customer": "ID"}


def test_a_mapping_is_understood_in_both_directions() -> None:
	assert read_mapping({"date": "Delivered", "Sum": "amount", "Paid On": "Cleared"}) == {
		"date": "Delivered",
		"amount": "Sum",
		"paid_on": "Cleared",
	}


def test_where_both_sides_are_columns_the_left_one_is_ours() -> None:
	assert read_mapping({"date": "due"}) == {"date": "due"}


def test_a_mapping_of_nothing_known_names_what_is_known() -> None:
	with pytest.raises(InputError) as caught:
		read_mapping({"colour": "Farbe"})
	assert caught.value.reason.code == "unknown_mapping"
	assert "colour=Farbe" in caught.value.reason.sentence()
	assert "paid_on" in caught.value.reason.remedy()


def test_every_column_is_known_by_its_own_name() -> None:
	for kind, columns in COLUMNS.items():
		for column in columns:
			assert found(kind, column.name) == {column.name: column.name}


def test_keys_ignore_case_width_blanks_and_punctuation() -> None:
	assert squeeze(" Due_Date： ") == squeeze("dueDate") == "duedate"
	assert key_of("Payment Amount (Company Currency) (Payment Schedule)") == Key(
		"paymentamountcompanycurrency", "schedule"
	)
