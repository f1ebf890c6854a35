"""The customers of the demo, and how each of them buys, pays and is worked."""

from dataclasses import dataclass

from customer_grading.rules.options import Need
from customer_grading.setup.demo.words import Words


@dataclass(frozen=True, slots=True)
class Buyer:
	"""A customer. Ways to pay: see `story.WAYS`."""

	name: Words
	city: Words
	order: int = 0
	"""What one order is worth, in a currency like dollar, euro or yuan; 0: has never ordered."""
	every: int = 30
	"""Days between orders."""
	since: int = 24
	"""Months since the first order, or since the customer was filed."""
	until: int = 0
	"""Months since the last order."""
	terms: int = 30
	"""Days."""
	pays: str = "o"
	"""How invoices are paid, one after the other, and again from the start."""
	before: str = ""
	"""The same until half a year ago, where that was different."""
	last: str = ""
	"""How the last invoices are paid, the very last one at the end."""
	agreement: bool = False
	platform: bool = False
	potential: int = 0
	share: int = 0
	need: Need | None = None
	"""What the last follow-up told; None: nobody ever talked to the customer."""
	close: int | None = None
	"""In how many days from now a deal is expected."""
	talked: int = 5
	"""Days since the last follow-up."""
	opportunity: int | None = None
	"""In how many days from now an open Opportunity is expected to close."""
	quoted: int | None = None
	"""Days since a Quotation that is still open."""
	by_hand: str = ""
	"""The tier that the credit controller gave it."""


CLEAR, POTENTIAL, NONE = Need.CLEAR, Need.POTENTIAL, Need.NONE

BUYERS = (
	Buyer(
		Words("Harbour Logistics Group", "海港物流集团有限公司"),
		Words("Port Allen", "宁波"),
		order=220000,
		every=40,
		pays="ooeoo",
		agreement=True,
		share=70,
		potential=60,
		need=CLEAR,
		close=20,
		talked=1,
		opportunity=20,
	),
	Buyer(
		Words("Bergmann Steelworks", "博格钢构有限公司"),
		Words("Kenton", "唐山"),
		order=59000,
		every=52,
		pays="olol",
		last="uu",
		need=POTENTIAL,
		talked=42,
	),
	Buyer(
		Words("Sunrise Retail Supplies", "日升商贸有限公司"),
		Words("Marlow", "义乌"),
		order=40000,
		every=48,
		pays="ool",
		need=CLEAR,
		close=75,
		talked=9,
	),
	Buyer(
		Words("Alder Food Machinery", "安德食品机械厂"),
		Words("Ashford", "青岛"),
		order=85000,
		every=52,
		terms=15,
		pays="o",
		share=40,
		need=CLEAR,
		close=120,
		talked=6,
		quoted=12,
	),
	Buyer(
		Words("Brightwater Aquaculture", "清源水产养殖有限公司"),
		Words("Bayview", "厦门"),
		order=32000,
		every=49,
		since=2,
		pays="o",
		potential=55,
		need=CLEAR,
		close=40,
		talked=4,
	),
	Buyer(
		Words("Meridian Packaging", "明瑞包装有限公司"),
		Words("Lowell", "东莞"),
		order=72000,
		every=34,
		pays="oooe",
		share=60,
		need=CLEAR,
		close=12,
		talked=1,
		opportunity=12,
		quoted=9,
	),
	Buyer(
		Words("Continental Mining Services", "大陆矿业装备集团"),
		Words("Garnet", "鄂尔多斯"),
		order=420000,
		every=28,
		pays="oooeo",
		share=75,
		potential=70,
		need=CLEAR,
		close=25,
		talked=2,
	),
	Buyer(
		Words("PartsBay Online Market", "配件港电商平台"),
		Words("Newmarket", "杭州"),
		order=250000,
		every=46,
		terms=45,
		pays="oooooool",
		platform=True,
		share=50,
		need=CLEAR,
		close=60,
		talked=8,
	),
	Buyer(
		Words("Helix Robotics", "海力机器人科技有限公司"),
		Words("Cambria", "深圳"),
		order=68000,
		every=52,
		pays="oop",
		potential=90,
		share=30,
		need=CLEAR,
		close=100,
		talked=3,
		opportunity=80,
	),
	Buyer(
		Words("Old Mill Brewery", "老磨坊酿酒厂"),
		Words("Millbrook", "绍兴"),
		order=9500,
		every=900,
		since=15,
		until=14,
		pays="o",
		need=POTENTIAL,
		talked=400,
	),
	Buyer(
		Words("Corner Hardware", "街角五金店"),
		Words("Elm Grove", "常州"),
		order=2300,
		every=52,
		terms=15,
		pays="oh",
		need=POTENTIAL,
		talked=25,
	),
	Buyer(
		Words("Falcon Construction", "飞鹰建设工程有限公司"),
		Words("Redford", "石家庄"),
		order=40000,
		every=52,
		until=13,
		pays="olL",
		last="Luu",
		need=NONE,
		talked=200,
	),
	Buyer(
		Words("Greenfield Irrigation", "绿田灌溉设备有限公司"),
		Words("Fairfield", "石河子"),
		order=59000,
		every=46,
		pays="oooooool",
		last="oxo",
		need=CLEAR,
		close=50,
		talked=7,
	),
	Buyer(
		Words("Stella Pharma", "星达制药有限公司"),
		Words("Rockport", "苏州"),
		order=110000,
		every=49,
		pays="eooo",
		last="oceo",
		share=65,
		need=CLEAR,
		close=140,
		talked=10,
	),
	Buyer(
		Words("Tri-County Dairy", "三县乳业有限公司"),
		Words("Clover", "呼和浩特"),
		order=49000,
		every=51,
		pays="olo",
		need=POTENTIAL,
		talked=18,
	),
	Buyer(
		Words("Lakeside Marina", "湖畔船艇服务有限公司"),
		Words("Lakeside", "无锡"),
		order=24000,
		every=52,
		pays="llo",
		need=POTENTIAL,
		talked=33,
		by_hand="C",
	),
	Buyer(
		Words("Ironwood Furniture", "铁木家具有限公司"),
		Words("Oakdale", "佛山"),
		order=55000,
		every=38,
		before="oeoo",
		pays="ooolo",
		need=CLEAR,
		close=160,
		talked=11,
	),
	Buyer(
		Words("Pioneer Textiles", "先锋纺织有限公司"),
		Words("Weston", "南通"),
		order=62000,
		every=32,
		before="lloo",
		pays="oooe",
		need=CLEAR,
		close=85,
		talked=12,
		quoted=20,
	),
	Buyer(
		Words("Summit Heating", "峰顶暖通工程有限公司"),
		Words("Highland", "沈阳"),
		order=39000,
		every=52,
		pays="oho",
		last="oq",
		need=CLEAR,
		close=-6,
		talked=20,
	),
	Buyer(
		Words("Vela Solar", "维拉光伏科技有限公司"),
		Words("Sunnyside", "合肥"),
		order=36000,
		every=60,
		since=1,
		pays="o",
		potential=75,
		need=CLEAR,
		close=28,
		talked=2,
	),
	Buyer(
		Words("Northern Paper Mill", "北方造纸厂"),
		Words("Pinewood", "牡丹江"),
		since=3,
		need=CLEAR,
		close=65,
		talked=14,
		opportunity=65,
		quoted=14,
	),
	Buyer(
		Words("Blue Ridge Quarry", "蓝岭石材有限公司"),
		Words("Stonegate", "泉州"),
		since=9,
		need=NONE,
		talked=70,
	),
	Buyer(
		Words("Kestrel Automation", "红隼自动化有限公司"),
		Words("Hartwell", "天津"),
		order=36000,
		every=40,
		pays="ooooooool",
		need=CLEAR,
		close=110,
		talked=13,
	),
	Buyer(
		Words("Village Bakery Equipment", "乡味烘焙设备店"),
		Words("Maple Hill", "桂林"),
		order=3200,
		every=75,
		until=5,
		terms=0,
		pays="o",
	),
)
