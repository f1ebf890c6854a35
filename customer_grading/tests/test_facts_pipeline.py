"""What is known of the next deal."""

import frappe

from customer_grading.facts.pipeline import PipelineFacts, pipeline
from customer_grading.facts.selection import Selection
from customer_grading.rules.options import Need
from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import TODAY, FactsTestCase, day


class TestPipeline(FactsTestCase):
	def known(self) -> PipelineFacts:
		return pipeline(Selection.of(self.buyer), TODAY)[self.buyer]

	def test_nothing_is_known_of_a_new_customer(self) -> None:
		self.assertEqual(pipeline(Selection.of(self.buyer), TODAY), {})

	def test_the_last_follow_up_tells_need_and_close(self) -> None:
		make.follow_up(self.buyer, day(5, 2), need="Clear", expected_close=day(6, 1))
		make.follow_up(self.buyer, day(5, 1), need="None")
		known = self.known()
		self.assertEqual((known.need, known.expected_close), (Need.CLEAR, day(6, 1)))
		self.assertEqual((known.last_follow_up, known.last_contact), (day(5, 2), day(5, 2)))

	def test_of_two_follow_ups_of_one_day_the_one_filed_later_tells(self) -> None:
		for need in ("Clear", "Potential"):
			filed = make.follow_up(self.buyer, day(5, 1), need=need, expected_close=day(12, 24))
		frappe.db.set_value("Customer Follow Up", filed.name, "creation", "2099-01-01")
		self.assertEqual(self.known().need, Need.POTENTIAL)

	def test_an_open_quotation_is_a_negotiation_until_it_expires_or_is_ordered(self) -> None:
		quoted = make.quotation(self.buyer, 100, day(11, 1), valid_till=TODAY)
		self.assertTrue(self.known().is_negotiating)
		self.assertEqual(self.known().last_contact, day(11, 1))
		quoted.db_set("valid_till", day(11, 19))
		self.assertFalse(self.known().is_negotiating)
		quoted.db_set("valid_till", None)
		self.assertTrue(self.known().is_negotiating)
		make.order_of_quotation(quoted, day(11, 2))
		self.assertFalse(self.known().is_negotiating)

	def test_a_draft_quotation_is_no_negotiation(self) -> None:
		make.draft_quotation(self.buyer, 100, day(11, 1)).insert()
		self.assertEqual(pipeline(Selection.of(self.buyer), TODAY), {})

	def test_the_earliest_close_of_the_open_opportunities_is_told(self) -> None:
		make.opportunity(self.buyer, day(10, 1), expected_closing=day(12, 31))
		make.opportunity(self.buyer, day(10, 2), expected_closing=day(12, 1))
		lost = make.opportunity(self.buyer, day(10, 3), expected_closing=day(11, 25))
		lost.db_set("status", "Lost")
		known = self.known()
		self.assertTrue(known.is_negotiating)
		self.assertEqual((known.opportunity_close, known.last_contact), (day(12, 1), day(10, 3)))

	def test_a_lost_opportunity_is_a_contact_but_no_negotiation(self) -> None:
		make.opportunity(self.buyer, day(10, 1)).db_set("status", "Lost")
		self.assertEqual(self.known(), PipelineFacts(last_contact=day(10, 1)))

	def test_a_talk_is_a_contact_and_a_notice_of_the_system_is_not(self) -> None:
		make.communication(self.buyer, day(10, 1))
		make.communication(self.buyer, day(10, 2), communication_type="Automated Message")
		self.assertEqual(self.known(), PipelineFacts(last_contact=day(10, 1)))

	def test_a_letter_that_is_linked_to_the_customer_is_a_contact(self) -> None:
		link = {"link_doctype": "Customer", "link_name": self.buyer}
		nothing = {"reference_doctype": None, "reference_name": None}
		make.communication(self.buyer, day(10, 1), timeline_links=[link], **nothing)
		self.assertEqual(self.known().last_contact, day(10, 1))

	def test_what_is_dated_later_is_not_known(self) -> None:
		make.communication(self.buyer, day(11, 21))
		make.quotation(self.buyer, 100, day(11, 21))
		make.opportunity(self.buyer, day(11, 21))
		self.assertEqual(pipeline(Selection.of(self.buyer), TODAY), {})
