"""Everything that the reader of a company's files may have to tell: fatal errors, refused rows and values,
notes.
"""

from customer_grading.rules.reasons import DATE, NUMBER, TEXT, WORD, explain

# What ends the reading.

NO_SUCH_SOURCE = explain(
	"no_such_source",
	"There is no file or folder called {0}.",
	"Check the name, and the folder that the command is run in.",
	source=TEXT,
)
CANNOT_OPEN = explain(
	"cannot_open",
	"The file {0} cannot be opened: {1}.",
	"Make sure that you may read it and that no other program keeps it locked.",
	file=TEXT,
	problem=TEXT,
)
NO_INVOICE_FILE = explain(
	"no_invoice_file",
	"The folder {0} has no file of invoices.",
	"Put one there that is called invoices.csv or invoices.xlsx, or as ERPNext exports it, Sales "
	"Invoice.csv.",
	folder=TEXT,
)
SEVERAL_FILES = explain(
	"several_files",
	"The folder {0} has more than one file of {1}: {2}.",
	"Leave one of them in the folder, or put their rows into one file.",
	folder=TEXT,
	kind=WORD,
	files=TEXT,
)
EMPTY_FILE = explain(
	"empty_file",
	"The file {0} is empty.",
	"Export it again, with its header and its rows.",
	file=TEXT,
)
ONLY_HEADER = explain(
	"only_header",
	"The file {0} has a header but no rows.",
	"Export it again without a filter that leaves nothing.",
	file=TEXT,
)
NOT_A_TABLE = explain(
	"not_a_table",
	"The file {0} is neither a text file nor an Excel workbook.",
	"Export it as CSV or XLSX.",
	file=TEXT,
)
OLD_EXCEL = explain(
	"old_excel",
	"The file {0} is in the old Excel format.",
	"Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV UTF-8.",
	file=TEXT,
)
PASSWORD = explain(
	"password",
	"The workbook {0} is protected by a password.",
	"Save a copy of it without the password.",
	file=TEXT,
)
BROKEN_WORKBOOK = explain(
	"broken_workbook",
	"The workbook {0} is damaged and cannot be read.",
	"Open it in Excel and save it again as .xlsx, or as CSV UTF-8.",
	file=TEXT,
)
NO_OPENPYXL = explain(
	"no_openpyxl",
	"Reading the workbook {0} needs the Python package openpyxl, which is not installed.",
	"Install it with: pip install openpyxl. Or save the workbook as CSV UTF-8.",
	file=TEXT,
)
WRONG_ENCODING = explain(
	"wrong_encoding",
	"The text of the file {0} is in none of the encodings UTF-8, GB18030 and UTF-16 with a byte order mark.",
	"Save it again as CSV UTF-8.",
	file=TEXT,
)
BROKEN_QUOTES = explain(
	"broken_quotes",
	"Near line {1} of the file {0}, a cell in quotation marks is not closed, or goes on after its closing "
	"mark.",
	"Write a quotation mark within a cell twice, or export the file again as XLSX.",
	file=TEXT,
	line=NUMBER,
)
LONG_CELL = explain(
	"long_cell",
	"Near line {1} of the file {0}, a cell is longer than {2} characters.",
	"Look for a quotation mark that is not closed, or export the file without its long texts.",
	file=TEXT,
	line=NUMBER,
	limit=NUMBER,
)
NO_HEADER = explain(
	"no_header",
	"The file {0} has no column that is known to be {1}; its first lines have the columns {2}.",
	"Name the column: --map {3}=NAME, where NAME is as it stands in the file.",
	file=TEXT,
	missing=TEXT,
	header=TEXT,
	first_missing=TEXT,
)
UNKNOWN_MAPPING = explain(
	"unknown_mapping",
	"The option --map {0} names no column that this program reads.",
	"Write --map COLUMN=NAME, where NAME stands in the file and COLUMN is one of: {1}.",
	mapping=TEXT,
	columns=TEXT,
)
MAPPED_HEADER_MISSING = explain(
	"mapped_header_missing",
	"The option --map {0}={1} names a column that no file has.",
	"Use a name as it stands in the header, which has the columns {2}.",
	column=TEXT,
	header=TEXT,
	headers=TEXT,
)
NOTHING_USABLE = explain(
	"nothing_usable",
	"None of the {1} rows of the file {0} is an invoice that can be used.",
	"See in rejected.csv why the rows were refused; the first was line {2}, column {3}.",
	file=TEXT,
	rows=NUMBER,
	line=NUMBER,
	column=TEXT,
)

ONLY_CREDIT_NOTES = explain(
	"only_credit_notes",
	"The file {0} has credit notes but no invoice.",
	"Export the invoices as well.",
	file=TEXT,
)

UNREAD_FILES = explain(
	"unread_files",
	"Of the folder these files are not read, because their names do not tell what they hold: {0}.",
	"Call a file that is to be read invoices, orders, payments or customers.",
	files=TEXT,
)

# Why a row, or a value, is left out.

MISSING = explain("missing", "The column {0} is empty.", "Fill it in.", column=TEXT)
UNREADABLE_DATE = explain(
	"unreadable_date",
	"“{1}” in the column {0} is not a date.",
	"Write it as year-month-day with four digits for the year, such as 2024-01-31.",
	column=TEXT,
	value=TEXT,
)
DATE_AGAINST_ORDER = explain(
	"date_against_order",
	"“{1}” in the column {0} is not a date, as the dates of this file are read {2}.",
	"Write all dates of the file in one way, best as year-month-day.",
	column=TEXT,
	value=TEXT,
	order=WORD,
)
IMPOSSIBLE_DATE = explain(
	"impossible_date",
	"“{1}” in the column {0} is a date that cannot be: it lies outside of the years 1990 to 2100.",
	"Correct the date.",
	column=TEXT,
	value=TEXT,
)
UNREADABLE_AMOUNT = explain(
	"unreadable_amount",
	"“{1}” in the column {0} is not an amount.",
	"Write it as a number, such as 1234.56.",
	column=TEXT,
	value=TEXT,
)
ABSURD_AMOUNT = explain(
	"absurd_amount",
	"“{1}” in the column {0} is too large to be an amount.",
	"Correct the amount; it must stay below 1,000,000,000,000,000.",
	column=TEXT,
	value=TEXT,
)
UNREADABLE_CHOICE = explain(
	"unreadable_choice",
	"“{1}” in the column {0} is not one of {2}.",
	"Write one of them, or leave the cell empty.",
	column=TEXT,
	value=TEXT,
	choices=TEXT,
)
OUT_OF_RANGE = explain(
	"out_of_range",
	"“{1}” in the column {0} is not a number from {2} to {3}.",
	"Write a number in that range, or leave the cell empty.",
	column=TEXT,
	value=TEXT,
	lowest=NUMBER,
	highest=NUMBER,
)
DUE_BEFORE_DATE = explain(
	"due_before_date",
	"The due date {0} lies before the date of the document, {1}.",
	"Correct one of the two dates.",
	due=DATE,
	date=DATE,
)
NEGATIVE_ORDER = explain(
	"negative_order",
	"The amount of the order is negative.",
	"Correct the amount, or leave the order out.",
)
NEGATIVE_ALLOCATION = explain(
	"negative_allocation",
	"The amount {1} that the payment gives to {0} is negative.",
	"Correct the amount; until then this line of the payment is not given to any invoice.",
	reference=TEXT,
	amount=NUMBER,
)
DRAFT = explain("draft", "The document is a draft.", "Submit it in your ERP, or leave it out of the export.")
CANCELLED = explain(
	"cancelled", "The document is cancelled.", "Nothing needs to be done; leave it out of the export."
)
DUPLICATE = explain(
	"duplicate",
	"The number {0} stands on line {1} already.",
	"Remove one of the two rows, or give them different numbers.",
	number=TEXT,
	first_line=NUMBER,
)
CONTINUES_NOTHING = explain(
	"continues_nothing",
	"The row goes on with the document above it, which could not be used.",
	"Correct that document's first row.",
)
TOO_MANY_CELLS = explain(
	"too_many_cells",
	"The row has {0} cells, but the header has {1}.",
	"Put cells that contain the separator in quotation marks, or export the file again as XLSX.",
	cells=NUMBER,
	columns=NUMBER,
)
TOTAL_ROW = explain(
	"total_row",
	"The row is the total of the rows above it.",
	"Nothing needs to be done; leave totals out of the export.",
)
OTHER_CURRENCY = explain(
	"other_currency",
	"The amount is in {0}, and nothing in the file turns it into {1}, as the other amounts are.",
	"Export the column Grand Total (Company Currency), or Exchange Rate, as well.",
	currency=TEXT,
	company_currency=TEXT,
)
NO_RATE = explain(
	"no_rate",
	"The amount is in {0}, but the column {1} has no exchange rate for it.",
	"Fill in the exchange rate to company currency.",
	currency=TEXT,
	column=TEXT,
)
INTERNAL_TRANSFER = explain(
	"internal_transfer",
	"The payment moves money between own accounts.",
	"Nothing needs to be done; leave internal transfers out of the export.",
)
NOT_A_CUSTOMER = explain(
	"not_a_customer",
	"The payment is with a party of the type {0}, not with a customer.",
	"Export the payments of customers only.",
	party_type=TEXT,
)
UNKNOWN_CUSTOMER = explain(
	"unknown_customer",
	"The customer {0} has no invoice, no order and no entry in the file of customers.",
	"Export the invoices of this customer as well, or correct the name.",
	customer=TEXT,
)
UNKNOWN_INVOICE = explain(
	"unknown_invoice",
	"There is no invoice or order {0} of the customer {1}; the money is kept on account.",
	"Export the invoices from an earlier date, or correct the reference.",
	reference=TEXT,
	customer=TEXT,
)
SCHEDULE_BEFORE_DATE = explain(
	"schedule_before_date",
	"The payment schedule of {0} has a due date before the date of the document; only the last due date is "
	"used.",
	"Correct the payment schedule.",
	document=TEXT,
)

# What was assumed, for the reader of the results.

COLUMNS_READ = explain(
	"columns_read",
	"The columns of {0} are read as {1}; not used: {2}.",
	"If one is wrong, name it with --map COLUMN=NAME.",
	file=TEXT,
	columns=TEXT,
	unused=TEXT,
)
HEADER_REPEATED = explain(
	"header_repeated",
	"The file {0} has more than one column called {1}; the first is read.",
	"Export the column once, or rename the one that is wrong.",
	file=TEXT,
	header=TEXT,
)
LINES_ABOVE_HEADER = explain(
	"lines_above_header",
	"The header of {0} is line {1}; what stands above it is not read.",
	"Remove the lines above the header if they are not titles.",
	file=TEXT,
	line=NUMBER,
)
SHEET_READ = explain(
	"sheet_read",
	"The workbook {0} has several sheets; the sheet {1} is read.",
	"Put the sheet to be read first.",
	file=TEXT,
	sheet=TEXT,
)
READ_AS_GB18030 = explain(
	"read_as_gb18030",
	"The file {0} is not UTF-8 and is read as Chinese text in GB18030.",
	"If names look wrong, save it again as CSV UTF-8.",
	file=TEXT,
)
ORDER_SHOWN = explain(
	"order_shown",
	"Dates such as {1} in {0} are read {2}, as {3} of its dates can be read only so.",
	"If that is wrong, write the dates as year-month-day.",
	file=TEXT,
	example=TEXT,
	order=WORD,
	dates=NUMBER,
)
ORDER_BY_MAJORITY = explain(
	"order_by_majority",
	"Dates such as {1} in {0} are read {2}, as {3} of its dates can be read only so; those that contradict "
	"it, {4}, are refused.",
	"Write all dates of the file in one way, best as year-month-day.",
	file=TEXT,
	example=TEXT,
	order=WORD,
	dates=NUMBER,
	contradicting=NUMBER,
)
ORDER_BY_SEQUENCE = explain(
	"order_by_sequence",
	"Dates such as {1} in {0} are read {2}, as {3} due or paid dates then lie before their invoice, and {4} "
	"otherwise.",
	"If that is wrong, write the dates as year-month-day.",
	file=TEXT,
	example=TEXT,
	order=WORD,
	backward=NUMBER,
	backward_otherwise=NUMBER,
)
ORDER_AS_ELSEWHERE = explain(
	"order_as_elsewhere",
	"Dates such as {1} in {0} are read {2}, as those of {3} are.",
	"If that is wrong, write the dates as year-month-day.",
	file=TEXT,
	example=TEXT,
	order=WORD,
	other=TEXT,
)
ORDER_BY_CUSTOM = explain(
	"order_by_custom",
	"Dates such as {1} in {0} are read {2}, as is usual for this way of writing; nothing in the file "
	"decides it.",
	"If that is wrong, write the dates as year-month-day.",
	file=TEXT,
	example=TEXT,
	order=WORD,
)
DECIMAL_COMMA = explain(
	"decimal_comma",
	"Amounts such as {1} in {0} are read with a decimal comma, as other amounts of the file show.",
	"If that is wrong, write the amounts as 1234.56.",
	file=TEXT,
	example=TEXT,
)
THOUSANDS_COMMA = explain(
	"thousands_comma",
	"Amounts such as {1} in {0} are read with a comma between thousands.",
	"If that is wrong, write the amounts as 1234.56.",
	file=TEXT,
	example=TEXT,
)
SEVERAL_SIGNS = explain(
	"several_signs",
	"The amounts of {0} carry several currency signs ({1}) but are read as one currency.",
	"Export a column with the currency and one with the amounts in company currency.",
	file=TEXT,
	signs=TEXT,
)
NO_NUMBERS = explain(
	"no_numbers",
	"The file {0} has no column of document numbers; its rows are called by their lines.",
	"Export the number, so that payments and repeated rows can be matched.",
	file=TEXT,
)
NO_DUE_DATES = explain(
	"no_due_dates",
	"The file {0} has no due dates; every invoice is taken as due on its date.",
	"Export the column Payment Due Date.",
	file=TEXT,
)
DUE_DATES_FILLED = explain(
	"due_dates_filled",
	"The number of invoices of {0} without a due date is {1}; they are taken as due on their dates.",
	"Fill in the column {2}.",
	file=TEXT,
	invoices=NUMBER,
	column=TEXT,
)
CONVERTED = explain(
	"converted",
	"The amounts of {0} are turned into company currency with the column {1}.",
	"To avoid differences by rounding, export Grand Total (Company Currency).",
	file=TEXT,
	column=TEXT,
)
SCHEDULES_SCALED = explain(
	"schedules_scaled",
	"The number of documents of {0} whose payment schedules do not add up to their amounts is {1}; "
	"the schedules are scaled to them.",
	"Export Payment Amount (Payment Schedule) in the currency of the amounts.",
	file=TEXT,
	documents=NUMBER,
)
IN_THE_FUTURE = explain(
	"in_the_future",
	"“{1}” in the column {0} lies in the future, where nothing can have happened yet.",
	"Correct the date, if it is a slip of the pen.",
	column=TEXT,
	value=TEXT,
)
PAYMENT_DAYS_UNKNOWN = explain(
	"payment_days_unknown",
	"The number of invoices that are settled without any file saying when is {0}; how they were paid "
	"cannot be judged.",
	"Export the payments as well: Payment Entry with its references, saved as payments.csv next to the "
	"invoices.",
	invoices=NUMBER,
)
NO_PAYMENTS_AT_ALL = explain(
	"no_payments_at_all",
	"No file says anything about payments, so that nothing counts as owed and nobody's payments are judged.",
	"Export the payments as well: Payment Entry with its references, saved as payments.csv next to the "
	"invoices.",
)
TOO_MUCH_ALLOCATED = explain(
	"too_much_allocated",
	"In {0} cases, first in {1}, more money is named for an invoice than was open on it; "
	"the rest is kept on account.",
	"Nothing needs to be done unless the payments are wrong.",
	times=NUMBER,
	document=TEXT,
)
DISPUTED_WITHOUT_DAY = explain(
	"disputed_without_day",
	"The number of invoices of {1} that are marked as disputed without a date is {0}; those that are still "
	"open, {2}, count as disputed from the last day of the files on, the others as not disputed.",
	"Export the date of each dispute.",
	invoices=NUMBER,
	file=TEXT,
	open=NUMBER,
)
NAMES_SHARED = explain(
	"names_shared",
	"The number of names that belong to more than one customer is {0}, such as {1}; rows that give only the "
	"name are kept apart.",
	"Export the column Customer (ID) in every file.",
	names=NUMBER,
	first=TEXT,
)
WORDS = ("invoices", "orders", "payments", "customers", "day first", "month first")
"""The words that stand in places of the kind WORD, for translators."""
