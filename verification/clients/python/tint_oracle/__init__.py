"""A client of TinT's oracle: cases, answers, verdicts. Standard library and NumPy only."""

from .cases import Case, CaseError, CaseSet, write_answers
from .judging import OracleError, Verdict, assert_matches, judge, judge_folder
from .safetensors import FormatError, load, save
from .serving import Oracle

__all__ = [
    "Case", "CaseError", "CaseSet", "FormatError", "Oracle", "OracleError", "Verdict",
    "assert_matches", "judge", "judge_folder", "load", "save", "write_answers",
]
