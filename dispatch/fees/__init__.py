"""What a pickup costs and who pays it: rates, quotes, freight insurance, settlement at the door.

Pure rules in whole fen and grams; ``docs/fees.md`` is the contract.
"""

from dispatch.fees.config import FeesConfig, RatesConfig
from dispatch.fees.errors import AlreadySettledError, FeeError
from dispatch.fees.fee import Fee, FeeLine, LineKind, Payer, charge
from dispatch.fees.rates import DEFAULT_RATES, RateCard, Rates
from dispatch.fees.records import (
    fee_from_json,
    fee_to_json,
    settlement_from_json,
    settlement_to_json,
)
from dispatch.fees.settlement import Basis, Settlement, settle

__all__ = [
    "DEFAULT_RATES",
    "AlreadySettledError",
    "Basis",
    "Fee",
    "FeeError",
    "FeeLine",
    "FeesConfig",
    "LineKind",
    "Payer",
    "RateCard",
    "Rates",
    "RatesConfig",
    "Settlement",
    "charge",
    "fee_from_json",
    "fee_to_json",
    "settle",
    "settlement_from_json",
    "settlement_to_json",
]
