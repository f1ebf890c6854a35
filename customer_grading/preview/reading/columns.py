"""Which column of an exported file is which: ERPNext's labels and field names, English and Chinese, and
common others.

Labels are those of ERPNext v15 and of its own Chinese translation. A column of a child table is written as
ERPNext writes it, "Due Date (Payment Schedule)"; the same column is found under the child DocType's name
(report view), under the field names ("payment_schedule.due_date") and in Chinese.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from customer_grading.preview.book import InputError
from customer_grading.preview.reading import messages
from customer_grading.rules.options import StrEnum


class FileKind(StrEnum):
	"""What a file lists."""

	INVOICES = "invoices"
	ORDERS = "orders"
	PAYMENTS = "payments"
	CUSTOMERS = "customers"


class Key(NamedTuple):
	"""A header with everything removed that people and programs write differently."""

	name: str
	table: str
	"""The child table that the column belongs to; empty for the document itself."""


class Content(StrEnum):
	"""What the cells of a column hold."""

	TEXT = "text"
	DATE = "date"
	AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Column:
	"""One column that this product reads, and the headers that it is known by, the preferred first."""

	name: str
	content: Content
	keys: tuple[Key, ...]


_LAST_BRACKET = re.compile(r"(.*)\(([^()]*)\)\s*")
_NOT_LETTERS = re.compile(r"[\W_]+")
_COMPANY_CURRENCY = "companycurrency"
_BRACKETS_FOR_COMPANY_CURRENCY = {_COMPANY_CURRENCY, "公司货币", "公司币种", "本币", "本位币"}
_UNITS = re.compile(r"[A-Z]{3}|US\$|[¥$€£]|元|人民币|人民币元|(?i:days)|天|日")
_TABLES = {
	"paymentschedule": "schedule",
	"付款工时单": "schedule",
	"付款计划": "schedule",
	"items": "items",
	"物料": "items",
	"salesinvoiceitem": "items",
	"销售费用清单项目": "items",
	"销售发票明细": "items",
	"paymentreferences": "references",
	"references": "references",
	"付款参考": "references",
	"paymententryreference": "references",
	"付款凭证参考": "references",
	"salesteam": "team",
	"销售团队": "team",
}


def squeeze(text: str) -> str:
	"""Letters and digits only, in one case and width: "Due_Date " and "dueDate" become the same."""
	return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def key_of(header: str) -> Key:
	"""The key of a header, with its child table where it names one."""
	plain = unicodedata.normalize("NFKC", header).strip()
	table, dot, name = plain.partition(".")
	if dot and squeeze(table) in _TABLES:
		return Key(squeeze(name), _TABLES[squeeze(table)])
	bracketed = _LAST_BRACKET.fullmatch(plain)
	if bracketed is None:
		return Key(squeeze(plain), "")
	return _key_with_bracket(plain, *bracketed.groups())


def _key_with_bracket(header: str, before: str, bracket: str) -> Key:
	inside = squeeze(bracket)
	if inside in _TABLES:
		return Key(key_of(before).name, _TABLES[inside])
	if inside in _BRACKETS_FOR_COMPANY_CURRENCY:
		return Key(squeeze(before) + _COMPANY_CURRENCY, "")
	if _UNITS.fullmatch(bracket.strip()):
		return Key(squeeze(before), "")
	return Key(squeeze(header), "")


def _column(name: str, content: Content, *headers: str) -> Column:
	keys = dict.fromkeys(key_of(header) for header in headers)
	return Column(name, content, (*keys, Key(squeeze(name), "")))


def _text(name: str, *headers: str) -> Column:
	return _column(name, Content.TEXT, *headers)


def _date(name: str, *headers: str) -> Column:
	return _column(name, Content.DATE, *headers)


def _amount(name: str, *headers: str) -> Column:
	return _column(name, Content.AMOUNT, *headers)


# fmt: off
_CUSTOMER = _text(
	"customer", "Customer", "Customer ID", "Customer Code", "Customer Number", "Customer No", "Cust No",
	"Client", "Client ID", "Debtor", "Debtor No", "Buyer", "Party", "Account", "客户", "客户编号", "客户代码",
	"客户编码", "客户号", "客户ID", "顾客", "顾客ID", "往来单位", "购货单位", "购买方", "购买方名称",
)
_CUSTOMER_NAME = _text(
	"customer_name", "Customer Name", "Name Customer", "Client Name", "Debtor Name", "Account Name",
	"Party Name", "客户名称", "客户全称", "客户姓名", "客户名", "往来单位名称", "单位名称",
)
_STATUS = _text("status", "Status", "状态", "单据状态")
_DOCSTATUS = _text("docstatus", "docstatus", "Document Status", "文档状态")
_CURRENCY = _text(
	"currency", "Currency", "Currency Code", "Invoice Currency", "Order Currency", "货币", "币种", "币别",
)
_BASE_ROUNDED = _amount(
	"base_rounded", "Rounded Total (Company Currency)", "base_rounded_total", "圆整后金额（公司货币）",
)
_BASE_AMOUNT = _amount(
	"base_amount", "Grand Total (Company Currency)", "base_grand_total", "总计（公司货币）", "本币金额",
	"本位币金额", "Amount (Company Currency)", "Base Amount", "Amount in Company Currency",
	"Amount in Local Currency",
)
_ROUNDED = _amount("rounded", "Rounded Total", "rounded_total", "圆整后金额")
_RATE = _amount("rate", "Exchange Rate", "conversion_rate", "Conversion Rate", "Currency Rate", "汇率")
_SCHEDULE_DUE = _date("schedule_due", "Due Date (Payment Schedule)", "到期日 (付款工时单)")
_TERMS_DAYS = _text(
	"terms_days", "Payment Terms Days", "Terms Days", "Payment Days", "Credit Days", "Net Days",
	"Days of Credit", "账期", "账期天数", "帐期", "信用期", "信用天数", "付款天数",
)

_INVOICES = (
	_text(
		"invoice", "ID", "Invoice", "Invoice Number", "Invoice No", "Invoice ID", "Invoice Name", "Inv No",
		"Sales Invoice", "Sales Invoice No", "Sales Invoice Number", "Document Number", "Document No",
		"Doc No", "Voucher No", "Voucher Number", "Bill No", "Number", "发票号", "发票号码", "发票编号",
		"销售发票", "销售发票号", "销售发票编号", "销售费用清单", "单据编号", "单据号", "单号", "凭证号",
		"编号", "发票", "name",
	),
	_CUSTOMER,
	_CUSTOMER_NAME,
	_date(
		"date", "Date", "Posting Date", "Invoice Date", "Document Date", "Date of Invoice", "Bill Date",
		"Issue Date", "Issued On", "Voucher Date", "日期", "记帐日期", "记账日期", "过账日期", "发票日期",
		"开票日期", "开票时间", "单据日期", "业务日期", "销售日期",
	),
	_date(
		"due", "Payment Due Date", "Due Date", "Date Due", "Due On", "Due in Date", "Net Due Date",
		"Maturity Date", "付款到期日", "到期日", "到期日期", "到期时间", "应收日期", "应付日期", "截止日期",
		"收款到期日",
	),
	_TERMS_DAYS,
	_BASE_ROUNDED,
	_BASE_AMOUNT,
	_ROUNDED,
	_amount(
		"amount", "Grand Total", "Invoice Amount", "Total Amount", "Invoice Total", "Total Open Amount",
		"Gross Amount", "Gross Total", "Amount", "Total", "总计", "发票金额", "开票金额", "价税合计",
		"含税金额", "金额", "总金额", "应收金额", "合计金额", "合计",
	),
	_CURRENCY,
	_RATE,
	_text("account_currency", "Party Account Currency", "往来单位科目币种"),
	_amount(
		"outstanding", "Outstanding Amount", "Outstanding", "Open Amount", "Open Balance", "Balance Due",
		"Amount Due", "Balance", "未付金额", "未清金额", "未收金额", "未结金额", "欠款金额", "欠款",
		"应收余额", "余额",
	),
	_amount(
		"paid", "Paid Amount (Company Currency)", "base_paid_amount", "Paid Amount", "Amount Paid",
		"Received Amount", "Amount Received", "已支付的金额（公司货币）", "已付金额", "已收金额", "收款金额",
		"回款金额", "实收金额",
	),
	_date(
		"paid_on", "Settled Date", "Settlement Date", "Settled On", "Paid Date", "Date Paid", "Payment Date",
		"Date of Payment", "Paid At", "Clear Date", "Clearing Date", "Clearance Date", "Receipt Date",
		"Received On", "Collection Date", "付款日期", "收款日期", "结清日期", "回款日期", "到账日期",
		"支付日期", "结算日期", "收款时间", "付款时间", "实际付款日期", "实际收款日期", "清帐日期",
		"清账日期",
	),
	_text(
		"order", "Sales Order (Items)", "sales_order", "Sales Order", "Sales Order No", "Order Number",
		"Order No", "Order ID", "销售订单 (物料)", "销售订单", "销售订单号", "订单号", "订单编号",
	),
	_text(
		"is_return", "Is Return (Credit Note)", "is_return", "Is Return", "Is Credit Note", "Credit Note",
		"是退货？（退款单）", "退货？", "是否退货", "是否红字", "红字发票",
	),
	_text(
		"return_against", "Return Against", "Return Against Sales Invoice", "Credit Note For",
		"Original Invoice", "退货依据", "基于销售费用清单退货", "原发票号", "原发票号码", "原发票",
		"对应发票号",
	),
	_date(
		"disputed_on", "Dispute Date", "Disputed On", "Disputed Since", "Date Disputed", "争议日期",
		"提出争议日期",
	),
	_text(
		"disputed", "Disputed", "Is Disputed", "In Dispute", "Dispute", "是否有争议", "是否争议", "有争议",
		"争议",
	),
	_STATUS,
	_DOCSTATUS,
	_SCHEDULE_DUE,
	_amount(
		"schedule_amount", "Payment Amount (Company Currency) (Payment Schedule)",
		"payment_schedule.base_payment_amount", "付款金额（公司货币） (付款工时单)",
		"Payment Amount (Payment Schedule)", "付款金额 (付款工时单)",
	),
)

_ORDERS = (
	_text(
		"order", "ID", "Sales Order", "Sales Order No", "Order", "Order Number", "Order No", "Order ID",
		"Document Number", "销售订单", "销售订单号", "订单号", "订单编号", "订单", "单据编号", "单据号",
		"单号", "编号", "Number", "name",
	),
	_CUSTOMER,
	_CUSTOMER_NAME,
	_date(
		"date", "Date", "Transaction Date", "Order Date", "Sales Order Date", "Posting Date", "Ordered On",
		"日期", "订单日期", "下单日期", "交易日期", "单据日期", "销售订单日期",
	),
	_date("due", "Payment Due Date", "Due Date", "付款到期日", "到期日", "到期日期"),
	_TERMS_DAYS,
	_BASE_ROUNDED,
	_BASE_AMOUNT,
	_ROUNDED,
	_amount(
		"amount", "Grand Total", "Order Amount", "Order Total", "Total Amount", "Order Value", "Amount",
		"Total", "总计", "订单金额", "订单总额", "总金额", "价税合计", "含税金额", "金额", "合计金额", "合计",
	),
	_CURRENCY,
	_RATE,
	_STATUS,
	_DOCSTATUS,
	_SCHEDULE_DUE,
)

_PAYMENTS = (
	_text(
		"payment", "ID", "Payment Entry", "Payment", "Payment Number", "Payment No", "Payment ID",
		"Receipt Number", "Receipt No", "Document Number", "付款凭证", "收付款凭证", "收款单号", "付款单号",
		"收付款单号", "回款单号", "单据编号", "单据号", "单号", "凭证号", "编号", "流水号", "name",
	),
	_CUSTOMER,
	_CUSTOMER_NAME,
	_date(
		"date", "Posting Date", "Payment Date", "Date", "Receipt Date", "Date Paid", "Paid On", "Received On",
		"Value Date", "记帐日期", "记账日期", "过账日期", "收款日期", "付款日期", "回款日期", "到账日期",
		"支付日期", "日期", "单据日期",
	),
	_amount(
		"base_amount", "Paid Amount (Company Currency)", "base_paid_amount", "已支付的金额（公司货币）",
		"已付金额（公司货币）", "Received Amount (Company Currency)", "base_received_amount",
		"收到的款项（公司币种）", "本币金额", "本位币金额", "Amount (Company Currency)",
	),
	_amount(
		"amount", "Paid Amount", "Received Amount", "Amount Paid", "Amount Received", "Payment Amount",
		"Receipt Amount", "Amount", "Total Amount", "已付金额", "收到的金额", "付款金额", "收款金额",
		"回款金额", "到账金额", "实收金额", "金额",
	),
	_text(
		"currency", "Currency", "Account Currency (From)", "paid_from_account_currency", "账户货币（源）",
		"货币", "币种", "币别",
	),
	_amount("rate", "Source Exchange Rate", "来源汇率", "Exchange Rate", "汇率"),
	_text("payment_type", "Payment Type", "付款类型", "收付款类型"),
	_text("party_type", "Party Type", "往来单位类型"),
	_text(
		"reference_type", "Type (Payment References)", "references.reference_doctype", "Reference Doctype",
		"Reference Doctype (Payment References)", "Reference Type", "类型 (付款参考)",
	),
	_text(
		"reference", "Name (Payment References)", "Reference Name (Payment References)",
		"references.reference_name", "Reference Name", "名称 (付款参考)", "Invoice", "Invoice Number",
		"Invoice No", "Invoice ID", "Sales Invoice", "Against Invoice", "Applied To", "发票号", "发票号码",
		"发票编号", "销售发票", "销售费用清单", "对应发票", "对应发票号",
	),
	_text(
		"order", "Sales Order", "Sales Order No", "Order Number", "Order No", "Order", "销售订单", "订单号",
		"订单编号",
	),
	_amount(
		"allocated", "Allocated (Payment References)", "Allocated Amount (Payment References)",
		"references.allocated_amount", "Allocated Amount", "Allocated", "已分配 (付款参考)", "已分配金额",
		"核销金额",
	),
	_STATUS,
	_DOCSTATUS,
)

_CUSTOMERS = (
	_text(
		"customer", "ID", "Customer ID", "Customer Code", "Customer Number", "Customer No", "Customer",
		"客户编号", "客户代码", "客户编码", "客户ID", "顾客ID", "客户", "编号", "name",
	),
	_text(
		"customer_name", "Customer Name", "Full Name", "Name", "客户名称", "客户全称", "客户名", "名称",
		"单位名称",
	),
	_text("group", "Customer Group", "Group", "客户群组", "客户组", "客户分组"),
	_text(
		"salesperson", "Account Manager", "Sales Person", "Salesperson", "Sales Person (Sales Team)",
		"Sales Rep", "客户经理", "销售人员", "销售人员 (销售团队)", "业务员", "销售员",
	),
	_text("need", "Customer Need", "客户需求", "需求", "需求状态"),
	_date(
		"expected_close", "Expected Close Date", "Expected Closing Date", "Expected Closing", "预计成交日期",
		"预计成交日", "预计成交时间",
	),
	_text(
		"supply_agreement", "Yearly Supply Agreement", "Annual Supply Agreement", "年度供货协议", "供货协议",
	),
	_text("platform", "Is Platform", "平台", "是否平台", "平台客户"),
	_amount("market_share", "Market Share %", "市场份额", "市场占有率"),
	_amount("growth_potential", "Growth Potential %", "成长潜力", "增长潜力", "发展潜力"),
)
# fmt: on

COLUMNS: Mapping[FileKind, tuple[Column, ...]] = {
	FileKind.INVOICES: _INVOICES,
	FileKind.ORDERS: _ORDERS,
	FileKind.PAYMENTS: _PAYMENTS,
	FileKind.CUSTOMERS: _CUSTOMERS,
}
"""The columns of each kind of file. Where two claim the same header, the one that stands first gets it."""

_NAMED = ("customer", "customer_name")
_SUMS = ("base_rounded", "base_amount", "rounded", "amount")
_REQUIRED: Mapping[FileKind, tuple[tuple[str, ...], ...]] = {
	FileKind.INVOICES: (_NAMED, ("date",), _SUMS),
	FileKind.ORDERS: (_NAMED, ("date",), _SUMS),
	FileKind.PAYMENTS: (_NAMED, ("date",), _SUMS),
	FileKind.CUSTOMERS: (_NAMED,),
}
"""What a file must have: at least one column of each group."""

_KNOWN = {squeeze(column.name): column.name for columns in COLUMNS.values() for column in columns}


@dataclass(frozen=True, slots=True)
class Layout:
	"""Where the columns of one file stand."""

	kind: FileKind
	header: tuple[str, ...]
	places: Mapping[str, int]
	"""Column name → position in a row."""
	missing: tuple[str, ...]
	"""Required columns that the header does not have."""

	def __contains__(self, name: str) -> bool:
		return name in self.places

	def place(self, name: str) -> int:
		"""Where the column stands; just after the last cell of a row where the file does not have it."""
		return self.places.get(name, len(self.header))

	def label(self, name: str) -> str:
		"""The column as the file's own header calls it, for messages."""
		return self.header[self.places[name]] if name in self.places else name

	def places_of(self, content: Content) -> tuple[int, ...]:
		"""Where the columns with this content stand."""
		return tuple(
			self.places[column.name]
			for column in COLUMNS[self.kind]
			if column.content is content and column.name in self.places
		)

	@property
	def has_child_columns(self) -> bool:
		"""Whether a document may go on in further rows, one for each line of its child tables."""
		return any(key_of(self.header[place]).table for place in self.places.values())

	@property
	def repeated(self) -> tuple[str, ...]:
		"""Headers in use that stand more than once in the file."""
		return tuple(dict.fromkeys(label for label in self._used() if self.header.count(label) > 1))

	@property
	def unused(self) -> tuple[str, ...]:
		"""Headers that nothing is read from."""
		used = set(self.places.values())
		return tuple(label for place, label in enumerate(self.header) if label and place not in used)

	def _used(self) -> list[str]:
		return [self.header[place] for place in self.places.values()]


def read_mapping(given: Mapping[str, str]) -> dict[str, str]:
	"""What `--map` says, as column name → the file's header. `NAME=column` is understood as well as
	`column=NAME`.

	InputError where neither side is a column that this product knows.
	"""
	return dict(_mapped(left, right) for left, right in given.items())


def _mapped(left: str, right: str) -> tuple[str, str]:
	if squeeze(left) in _KNOWN:
		return _KNOWN[squeeze(left)], right
	if squeeze(right) in _KNOWN:
		return _KNOWN[squeeze(right)], left
	raise InputError(messages.UNKNOWN_MAPPING.because(f"{left}={right}", ", ".join(sorted(_KNOWN.values()))))


def find_header(header: Sequence[str], wanted: str) -> int | None:
	"""Where a header stands that a user has named: as it is written, else however it is spelled."""
	if wanted in header:
		return header.index(wanted)
	keys = [key_of(label) for label in header]
	return keys.index(key_of(wanted)) if wanted and key_of(wanted) in keys else None


def recognise(kind: FileKind, header: Sequence[str], mapping: Mapping[str, str]) -> Layout:
	"""Where the columns of a file stand; `mapping` (column → header) goes before what is recognised."""
	places = _mapped_places(kind, header, mapping)
	taken = set(places.values())
	keys = [key_of(label) for label in header]
	for column in COLUMNS[kind]:
		if column.name not in places and not _overruled(column.name, mapping, places):
			place = _first_free(column.keys, keys, taken)
			if place is not None:
				places[column.name] = place
				taken.add(place)
	return Layout(kind, tuple(header), places, tuple(_missing(kind, places)))


def _mapped_places(kind: FileKind, header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
	found = {
		column.name: find_header(header, mapping[column.name])
		for column in COLUMNS[kind]
		if column.name in mapping
	}
	return {name: place for name, place in found.items() if place is not None}


def _overruled(name: str, mapping: Mapping[str, str], places: Mapping[str, int]) -> bool:
	# Somebody who names the column of amounts must not get another one, however well its header is known.
	named = [other for other in _SUMS if other in mapping and other in places]
	return name in _SUMS and bool(named)


def _first_free(wanted: Iterable[Key], keys: Sequence[Key], taken: set[int]) -> int | None:
	for key in wanted:
		for place, found in enumerate(keys):
			if found == key and place not in taken:
				return place
	return None


def _missing(kind: FileKind, places: Mapping[str, int]) -> Iterable[str]:
	for group in _REQUIRED[kind]:
		if not any(name in places for name in group):
			yield group[-1] if group is _SUMS else group[0]
