"""Which customer a row belongs to: files name customers by ID, by name, or by both."""

from customer_grading.preview.book import Account
from customer_grading.preview.reading import messages
from customer_grading.rules.reasons import Reason


class Directory:
	"""The accounts of all customers, found by ID or by name."""

	def __init__(self) -> None:
		self.accounts: dict[str, Account] = {}
		self._ids: dict[str, str | None] = {}
		"""Name → ID; None where customers share a name."""

	def key(self, customer: str, name: str) -> str:
		"""The key of the account for what a row says; "" if it says nothing."""
		if not customer:
			return self._ids.get(name) or name
		if customer in self.accounts:
			return customer
		known = self._ids.get(customer)
		return known or (name if name in self.accounts and not self._ids.get(name) else customer)

	def open(self, key: str, name: str = "") -> Account:
		"""The account with this key, made if there is none yet."""
		account = self.accounts.get(key)
		if account is None:
			account = self.accounts[key] = Account(key)
			self._learn(account, name)
		return account

	def _learn(self, account: Account, name: str) -> None:
		if not name or name == account.customer:
			return
		account.profile.name = name
		self._ids[name] = None if name in self._ids else account.customer

	def notes(self) -> list[Reason]:
		"""A note on the names that customers share."""
		shared = [name for name, key in self._ids.items() if key is None]
		return [messages.NAMES_SHARED.because(len(shared), shared[0])] if shared else []
