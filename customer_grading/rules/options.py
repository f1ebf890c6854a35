"""Every option that a field of this product can take: the single source for forms, files and rules."""

from enum import Enum


class StrEnum(str, Enum):
	"""A string that is one of a fixed set. Python 3.10, which is supported, has no `enum.StrEnum` yet."""

	__str__ = str.__str__

	def __format__(self, spec: str) -> str:
		return str.__format__(self, spec)


class CustomerGrade(StrEnum):
	"""How soon a deal is expected (R1)."""

	A = "A"
	B = "B"
	C = "C"
	D = "D"
	E = "E"


class Need(StrEnum):
	"""What is known of a customer's need for our goods (R1)."""

	CLEAR = "Clear"
	POTENTIAL = "Potential"
	NONE = "None"


class FollowUpCadence(StrEnum):
	"""How often a customer must be handled (R2)."""

	DAILY = "Daily"
	WEEKLY = "Weekly"
	HALF_MONTHLY = "Half-monthly"
	MONTHLY = "Monthly"
	YEARLY = "Yearly"


class DealStatus(StrEnum):
	"""How far a deal has come (R3)."""

	CLOSED = "Closed"
	NEGOTIATING = "Negotiating"
	POTENTIAL = "Potential"


class Importance(StrEnum):
	"""Whether a customer's deals are large for this company (R3)."""

	KEY = "Key"
	ORDINARY = "Ordinary"


class Urgency(StrEnum):
	"""How soon a customer must be handled (R3)."""

	URGENT = "Urgent"
	SOON = "Soon"
	NOT_URGENT = "Not urgent"
	SLOW = "Slow"


class NeedCut(StrEnum):
	"""The customer list cut by need (R3)."""

	TARGET = "Target"
	POTENTIAL = "Potential"
	DEAD = "Dead"


class Criterion(StrEnum):
	"""What a value score is made of (R4)."""

	SALES_CONTRIBUTION = "Sales contribution"
	PAYMENT_FULFILMENT = "Payment fulfilment"
	GROWTH = "Growth"
	ORDER_FREQUENCY = "Order frequency"
	RELATIONSHIP_LENGTH = "Relationship length"
	COMPLAINTS = "Complaints"
	MARKET_SHARE = "Market share"
	GROWTH_POTENTIAL = "Growth potential"

	@property
	def field(self) -> str:
		"""The name of the fact, and of the scale in the policy, that belong to the criterion."""
		return self.name.lower()


class ValueClass(StrEnum):
	"""What a customer is worth to this company (R4)."""

	A = "A"
	B = "B"
	C = "C"
	D = "D"
	E = "E"


class TypicalOrder(StrEnum):
	"""How the size of one typical order is taken from the orders of a window (R5)."""

	MEDIAN = "median"
	MEAN = "mean"
	MAXIMUM = "maximum"


class CreditTier(StrEnum):
	"""Which payment policy binds a customer's orders (R6). A is the best."""

	A = "A"
	B = "B"
	C = "C"
	D = "D"

	def is_better_than(self, other: "CreditTier") -> bool:
		"""Whether this tier grants more than the other."""
		return self < other


class Outcome(StrEnum):
	"""What is decided on an order: goods may go, goods wait for something, or no order."""

	ALLOW = "Allow"
	HOLD = "Hold"
	REFUSE = "Refuse"


class Await(StrEnum):
	"""What the goods of a held order wait for."""

	ADVANCE = "Advance payment"
	READINESS = "Payment readiness"
	ARREARS = "Settlement of arrears"
	CREDIT = "Credit decision"


class Mode(StrEnum):
	"""Whether the payment policy binds the orders of a company, is only tried, or is off."""

	OFF = "Off"
	SHADOW = "Shadow"
	ENFORCE = "Enforce"


class Door(StrEnum):
	"""Where an order or its goods pass, and the payment policy is asked."""

	ORDER = "Sales Order"
	UPDATE = "Update Items"
	REOPEN = "Re-open"
	DELIVERY = "Delivery Note"
	INVOICE = "Sales Invoice"
	POS = "POS Invoice"
	PICK = "Pick List"
	DROP_SHIP = "Drop-ship Delivery"


class PaymentMeans(StrEnum):
	"""How a customer who pays on delivery will pay."""

	CASH = "Cash"
	TRANSFER = "Bank transfer"
	CHEQUE = "Cheque"
	CARD = "Card or wallet"
	OTHER = "Other"


class ReleaseStatus(StrEnum):
	"""How far a request for an exception has come."""

	REQUESTED = "Requested"
	APPROVED = "Approved"
	REJECTED = "Rejected"
	USED = "Used"
	EXPIRED = "Expired"
	WITHDRAWN = "Withdrawn"


class MeasureKind(StrEnum):
	"""A step taken on a sudden change of a customer's credit (R7) that binds the order desk."""

	STOP = "Supply stop"
	SHIPMENT_LIMIT = "Shipment limit"


class SatisfactionLevel(StrEnum):
	"""How satisfied a customer is (R12): A is very satisfied, F a major customer's complaint, G a crisis."""

	A = "A"
	B = "B"
	C = "C"
	D = "D"
	E = "E"
	F = "F"
	G = "G"

	def is_worse_than(self, other: "SatisfactionLevel") -> bool:
		"""Whether this level asks for more than the other."""
		return self > other


class Complainant(StrEnum):
	"""Who complains (R12)."""

	ORDINARY = "Ordinary"
	MEDIA = "Media"
	CONSUMER_ASSOCIATION = "Consumer association"
	REGULATOR = "Regulator"
	POLICE = "Police"
	GOVERNMENT = "Government"
	LAWYER = "Lawyer"
	CELEBRITY = "Celebrity"
	OFFICIAL = "Official"
	TAXI_DRIVER = "Taxi driver"
	GROUP_CUSTOMER = "Group customer"


class QualityProblem(StrEnum):
	"""How grave the quality problem of a complaint is (R12)."""

	NONE = "None"
	GENERAL = "General"
	MAJOR = "Major"
	CRITICAL = "Critical part"


class Impression(StrEnum):
	"""What a customer says of us where nothing is wrong (R12)."""

	EXCEEDED = "Exceeded expectations"
	MET = "Met expectations"
	FLAT = "Service felt flat"


class Tone(StrEnum):
	"""How a complainant speaks with us (R12)."""

	CALM = "Calm"
	UPSET = "Upset"
	HOSTILE = "Hostile"


class ComplaintStep(StrEnum):
	"""How far a complaint has come in the process of the handbook (R11)."""

	RAISED = "Raised"
	CONFIRMED = "Problem Confirmed"
	DISMISSED = "Dismissed"
	JUDGED = "Judged"
	PLANNED = "Planned"
	SIGNED = "Signed"
	APPROVED = "Plan Approved"
	NEGOTIATED = "Negotiated"
	LITIGATION = "Litigation"
	EXECUTED = "Executed"
	CLOSED = "Closed"

	@property
	def is_open(self) -> bool:
		"""Whether somebody still has to work on a complaint at this step."""
		return self not in (ComplaintStep.DISMISSED, ComplaintStep.CLOSED)

	@property
	def is_solved(self) -> bool:
		"""Whether the customer waits for nothing any more."""
		return self in (ComplaintStep.DISMISSED, ComplaintStep.EXECUTED, ComplaintStep.CLOSED)


class ComplaintAction(StrEnum):
	"""What moves a complaint from one step to another (R11)."""

	CONFIRM = "Confirm Problem"
	DISMISS = "Dismiss"
	JUDGE = "Judge"
	PLAN = "Propose Plan"
	SIGN = "Sign"
	APPROVE = "Approve Plan"
	SEND_BACK = "Send Back"
	AGREE = "Customer Agrees"
	PLAN_ANEW = "Plan Anew"
	LITIGATE = "Go to Court"
	SETTLE = "Settle"
	EXECUTE = "Plan Executed"
	CLOSE = "Close Complaint"


class Judgement(StrEnum):
	"""What a complaint is about, as judged in step 3 (R11)."""

	QUALITY = "Quality problem"
	NO_QUALITY = "No quality problem"


class Blame(StrEnum):
	"""Who is to blame for what is complained of."""

	US = "Us"
	SUPPLIER = "Supplier"
	CARRIER = "Carrier"
	CUSTOMER = "Customer"
	NOBODY = "Nobody"


class TalkOutcome(StrEnum):
	"""How a talk with a complainant ended."""

	OPEN = "Nothing settled"
	AGREED = "Agreed"
	NOT_AGREED = "Not agreed"


class Opinion(StrEnum):
	"""What somebody who signs thinks of a plan."""

	AGREE = "Agree"
	SEND_BACK = "Send back"


class CourtOutcome(StrEnum):
	"""How a lawsuit ended."""

	WON = "Won"
	LOST = "Lost"
	SETTLED = "Settled"
	WITHDRAWN = "Withdrawn"


class EvidenceKind(StrEnum):
	"""What a complaint is raised with."""

	PHOTO = "Photo"
	DOCUMENT = "Document"
	RECORDING = "Recording"
	SAMPLE = "Sample"
	STATEMENT = "Statement"


class ComplaintSource(StrEnum):
	"""Where a complaint was raised."""

	DESK = "Desk"
	PORTAL = "Portal"
	SURVEY = "Survey"


class SurveyStatus(StrEnum):
	"""How far a satisfaction survey has come."""

	DRAFT = "Not Sent"
	OPEN = "Open"
	ANSWERED = "Answered"
	EXPIRED = "Expired"


class SurveyLink(StrEnum):
	"""What the link of a survey leads to."""

	ANSWER = "Answer"
	COMPLAINT = "Complaint"
	USED = "Used"
	EXPIRED = "Expired"


class FileKind(StrEnum):
	"""What a file from outside may be, as its content tells; each is the ending that it gets here."""

	PNG = "png"
	JPEG = "jpg"
	WEBP = "webp"
	PDF = "pdf"


class ComplaintCut(StrEnum):
	"""By what complaints are counted (R11, step 9)."""

	LEVEL = "Satisfaction Level"
	KIND = "Judgement"
	PROBLEM = "Quality Problem"
	ITEM = "Item"
	DEPARTMENT = "Department"
	COMPLAINANT = "Complainant"
	CUSTOMER = "Customer"
	MONTH = "Month"


class CustomerCategory(StrEnum):
	"""Which visit plan a customer is worked by (R13)."""

	STRATEGIC = "Strategic"
	VIP = "VIP"
	KEY_ACCOUNT = "Key account"
	HONOURED_GUEST = "Honoured guest"
	ROLE_MODEL = "Role model"
	FREE = "Free"
	NEW = "New"
	DORMANT = "Dormant"
	LOW_VALUE = "Low value"


class RelationshipStatus(StrEnum):
	"""Whether a customer still orders or talks to us."""

	ACTIVE = "Active"
	INACTIVE = "Inactive"
	LOST = "Lost"


class Graded(StrEnum):
	"""What of a customer is graded, kept in its history, and proposed."""

	CUSTOMER_GRADE = "Customer Grade"
	VALUE_CLASS = "Value Class"
	CREDIT_TIER = "Credit Tier"
	CUSTOMER_CATEGORY = "Customer Category"
	RELATIONSHIP_STATUS = "Relationship Status"
	CREDIT_LIMIT = "Credit Limit"

	@property
	def field(self) -> str:
		"""The name of the Customer's field; limits stand in rows of their own."""
		return self.name.lower()
