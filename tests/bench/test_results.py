import json
from pathlib import Path

from bench import results


def test_a_run_joins_those_of_the_same_commit(tmp_path: Path) -> None:
    file = results.save(tmp_path / "kept", "ingest", {"rate": 400.0, "keep": Path("x")}, [{"a": 1}])
    assert results.save(tmp_path / "kept", "states", {}, [{"b": 2}]) == file
    kept = json.loads(file.read_text())
    assert kept["commit"] == file.stem == results.commit()
    assert [run["bench"] for run in kept["runs"]] == ["ingest", "states"]
    assert kept["runs"][0]["options"] == {"rate": 400.0, "keep": "x"}
    assert kept["runs"][1]["rows"] == [{"b": 2}]
