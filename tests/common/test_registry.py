"""A thing of a kind is one file in the package of that kind."""

import sys
from dataclasses import dataclass

import pytest

from surrogate_app.common.registry import Registry


@dataclass(frozen=True)
class Salt:
    name: str
    valency: int = 1


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "salts").mkdir()
    (tmp_path / "salts" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path / "salts"
    for name in [name for name in sys.modules if name.split(".")[0] == "salts"]:
        del sys.modules[name]


def write(package, file, *salts):
    lines = ["import salt_kind"]
    lines += [f"S{i} = salt_kind.Salt({name!r}, {z})" for i, (name, z) in enumerate(salts)]
    (package / f"{file}.py").write_text("\n".join(lines))


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    module = type(sys)("salt_kind")
    module.Salt = Salt
    monkeypatch.setitem(sys.modules, "salt_kind", module)


def test_every_file_of_the_package_is_found(package):
    write(package, "chloride", ("NaCl", 1), ("CaCl2", 2))
    write(package, "sulfate", ("MgSO4", 2))
    assert list(Registry("salts", Salt)) == ["CaCl2", "MgSO4", "NaCl"]


def test_entries_come_in_the_stated_order(package):
    write(package, "any", ("NaCl", 1), ("LaCl3", 3), ("CaCl2", 2))
    salts = Registry("salts", Salt, order=lambda salt: salt.valency)
    assert list(salts) == ["NaCl", "CaCl2", "LaCl3"]
    salts.add(Salt("LiCl", 0))
    assert next(iter(salts)) == "LiCl"
    salts.remove("LiCl")
    assert "LiCl" not in salts
    assert len(salts) == 3


def test_other_constants_of_a_file_are_left_alone(package):
    (package / "other.py").write_text("NUMBER = 3\nNAME = 'NaCl'\n")
    assert dict(Registry("salts", Salt)) == {}


def test_nothing_is_imported_before_it_is_asked_for(package):
    (package / "broken.py").write_text("raise RuntimeError('imported')\n")
    salts = Registry("salts", Salt)
    with pytest.raises(RuntimeError, match="imported"):
        list(salts)
