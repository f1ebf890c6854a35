"""Everything that the demo calls things by, in English and in Chinese."""

from typing import NamedTuple

import frappe


class Words(NamedTuple):
	"""One text in the two languages of the demo."""

	en: str
	zh: str

	def __str__(self) -> str:
		"""In the language of the site: Chinese, else English."""
		language = frappe.db.get_single_value("System Settings", "language") or "en"
		return self.zh if language.startswith("zh") else self.en


class Person(NamedTuple):
	"""Somebody who works for the company."""

	login: str
	name: Words
	roles: tuple[str, ...]


class Goods(NamedTuple):
	"""Something that the company sells, with its price in a currency like dollar, euro or yuan."""

	code: str
	name: Words
	price: int


DOMAIN = "customer-grading.example"
"""Of nobody, for ever (RFC 2606): no mail reaches anybody."""

OFFICE = Person(
	"demo-office",
	Words("Demo Office", "演示内勤"),
	(
		"Accounts Manager",
		"Accounts User",
		"HR Manager",
		"HR User",
		"Item Manager",
		"Sales Manager",
		"Sales Master Manager",
		"Sales User",
		"Stock Manager",
		"Stock User",
		"System Manager",
	),
)
MANAGER = Person("clara.boone", Words("Clara Boone", "陈兰"), ("Sales User", "Sales Manager"))
SALESPEOPLE = (
	Person("tom.ashby", Words("Tom Ashby", "张涛"), ("Sales User",)),
	Person("nina.falk", Words("Nina Falk", "李娜"), ("Sales User",)),
	Person("omar.reyes", Words("Omar Reyes", "王磊"), ("Sales User",)),
)
CONTROLLER = Person(
	"ruth.kimura", Words("Ruth Kimura", "赵敏"), ("Credit Controller", "Accounts User", "Sales User")
)
STAFF = (MANAGER, *SALESPEOPLE, CONTROLLER)
PEOPLE = (OFFICE, *STAFF)

GOODS = (
	Goods("CGD-MOTOR-15", Words("Electric motor 15 kW", "15千瓦电动机"), 1450),
	Goods("CGD-PUMP-40", Words("Centrifugal pump DN40", "DN40离心泵"), 620),
	Goods("CGD-DRIVE-22", Words("Frequency converter 22 kW", "22千瓦变频器"), 1180),
	Goods("CGD-GEAR-60", Words("Helical gearbox i=60", "斜齿轮减速机 i=60"), 940),
	Goods("CGD-VALVE-25", Words("Ball valve DN25", "DN25球阀"), 48),
	Goods("CGD-BEARING-08", Words("Deep groove bearing 6208", "6208深沟球轴承"), 14),
	Goods("CGD-SEAL-KIT", Words("Mechanical seal kit", "机械密封套件"), 95),
	Goods("CGD-SERVICE", Words("Commissioning, per day", "现场调试（每天）"), 780),
)

HOLIDAYS = Words("Weekends (demo)", "周末（演示）")
TERMS = Words("Net {0} days (demo)", "{0}天账期（演示）")
STREET = Words("{0} Harbour Road", "滨海路{0}号")

CLEAR = (
	Words(
		"Asked for delivery times and a firm price; budget is approved.", "询问交期和最终价格，预算已获批准。"
	),
	Words("Wants to place the next order; quantities are still open.", "准备下一笔订单，数量还没有定。"),
	Words(
		"Plant extension is decided, our motors are on the shortlist.",
		"扩建项目已定，我们的电动机进入候选名单。",
	),
	Words("Needs a replacement pump line before the season.", "旺季前需要更换一批水泵。"),
)
POTENTIAL = (
	Words("Likes the samples, but no project before next year.", "对样品满意，但明年之前没有项目。"),
	Words("Stock is full for now; call again next month.", "目前库存充足，下月再联系。"),
	Words(
		"New purchasing manager, first meeting, wants our catalogue.",
		"采购经理刚换人，初次拜访，需要产品目录。",
	),
)
NONE = (
	Words("Has closed the workshop and buys nothing any more.", "车间已关闭，不再采购。"),
	Words("Buys from a sister company from now on.", "今后改由关联公司供货。"),
)
NEEDS = {"Clear": CLEAR, "Potential": POTENTIAL, "None": NONE}

DISPUTE = Words("Two gearboxes leaked on arrival; complaint is open.", "两台减速机到货漏油，投诉处理中。")
BY_HAND = Words(
	"The owner has signed a personal guarantee; see the letter of last week.",
	"业主已签个人担保，见上周来函。",
)
OPPORTUNITY = Words("Drive technology for the next line", "下一条生产线的传动设备")
