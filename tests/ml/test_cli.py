import importlib
import re
import shlex
import sys
from pathlib import Path

import pytest

from ml.cli import build_parser, command_names, main


@pytest.mark.parametrize("name", command_names())
def test_every_command_says_what_it_does_without_any_extra(name, monkeypatch, capsys):
    for extra in ("torch", "onnx", "matplotlib"):
        monkeypatch.setitem(sys.modules, extra, None)
    with pytest.raises(SystemExit) as stopped:
        main([name, "--help"])
    assert stopped.value.code == 0
    assert f"python -m ml {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", command_names())
def test_every_command_has_an_example_that_it_understands(name, capsys):
    module = importlib.import_module(f"ml.cli.{name.replace('-', '_')}")
    examples = re.findall(rf"python -m ml ({name}\b.*)", module.__doc__)
    assert examples
    for example in examples:
        assert parsed(example).command == name


def parsed(example):
    """Read by the parser alone; files of an example need not be there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "exists", lambda path: True)
        return build_parser().parse_args(shlex.split(example))


def test_a_missing_extra_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["pretrain", str(tmp_path)]) == 2
    assert "torch is not installed; requirements/train.in" in capsys.readouterr().err


def test_another_missing_module_is_a_fault_and_not_hidden(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ml.pretrain.probe", None)
    pytest.importorskip("torch", reason="torch is an extra.")
    with pytest.raises(ModuleNotFoundError, match="probe"):
        main(["pretrain", str(tmp_path)])
