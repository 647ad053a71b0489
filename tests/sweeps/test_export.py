"""Runs in the formats of other programs: every value comes back as it stands in the store."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import xarray
from click.testing import CliRunner
from sweeps.fakes import FakeDriver, small_experiment

from simulator.foundation.errors import ParameterError, StoreError
from simulator.interfaces.cli.main import main
from simulator.sweeps.designs.sampled import LatinHypercube
from simulator.sweeps.distributions import Uniform
from simulator.sweeps.export import FORMATS, export, stata_names
from simulator.sweeps.factors import Factor
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.store import load

EXPERIMENT = small_experiment()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    run_sweep(EXPERIMENT, folder, jobs=1, chunk_runs=7, driver=FakeDriver(fails_at=3))
    return folder


def test_csv_holds_every_run(folder, tmp_path):
    assert export(folder, tmp_path / "runs.csv") == len(load(folder))
    back = pd.read_csv(tmp_path / "runs.csv", keep_default_na=True)
    kept = load(folder)
    assert list(back.columns) == list(kept.columns)
    for name in kept.columns:
        if pd.api.types.is_numeric_dtype(kept[name]):
            np.testing.assert_array_equal(back[name], kept[name])
        else:
            assert back[name].fillna("").tolist() == kept[name].fillna("").tolist()


def test_parquet_is_one_file_with_the_same_rows(folder, tmp_path):
    export(folder, tmp_path / "runs.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "runs.parquet"), load(folder))


def test_netcdf_is_a_cube_of_contracts_factors_and_replicates(folder, tmp_path):
    export(folder, tmp_path / "runs.nc")
    kept = load(folder)
    with xarray.open_dataset(tmp_path / "runs.nc", engine="h5netcdf") as cube:
        assert {"contract", "replicate"} <= set(cube.dims)
        assert int(np.prod(list(cube.sizes.values()))) == len(kept)
        for row in kept.sample(10, random_state=1).itertuples(index=False):
            at = dict(zip(kept.columns, row, strict=True))
            cell = cube["small_value"].sel({name: at[name] for name in cube.dims})
            np.testing.assert_array_equal(float(cell), at["small_value"])
        assert cube.attrs["name"] == EXPERIMENT.name


def test_stata_reads_every_variable_under_its_label(folder, tmp_path):
    export(folder, tmp_path / "runs.dta")
    kept = load(folder)
    with pd.io.stata.StataReader(tmp_path / "runs.dta") as reader:
        labels = reader.variable_labels()
        back = reader.read()
    assert sorted(labels.values()) == sorted(kept.columns)
    for name, label in labels.items():
        if pd.api.types.is_numeric_dtype(kept[label]):
            np.testing.assert_array_equal(back[name].astype(float), kept[label].astype(float))
        else:
            assert back[name].tolist() == kept[label].fillna("").tolist()


def test_stata_names_are_valid_and_distinct():
    names = stata_names(["a.b", "a_b", "x" * 40, "x" * 41, "contract." + "y" * 30, "ü"])
    assert len(set(names.values())) == len(names)
    assert all(len(name) <= 32 and name.replace("_", "a").isalnum() and name.isascii() for name in names.values())


@pytest.mark.parametrize("ending", FORMATS)
def test_an_interrupted_export_leaves_nothing_behind(folder, tmp_path, ending, monkeypatch):
    def broken(parts, path, manifest):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setitem(FORMATS, ending, broken)
    with pytest.raises(KeyboardInterrupt):
        export(folder, tmp_path / f"runs{ending}")
    assert not list(tmp_path.iterdir())


def test_bad_requests_are_one_line(folder, tmp_path):
    with pytest.raises(ParameterError, match=r"must end in one of .csv, .parquet, .nc, .dta; got '.xlsx'"):
        export(folder, tmp_path / "runs.xlsx")
    with pytest.raises(ParameterError, match="cannot be written"):
        export(folder, tmp_path / "nowhere" / "runs.csv")
    with pytest.raises(StoreError, match="Run the sweep again with --alliances"):
        export(folder, tmp_path / "runs.csv", alliances=True)
    with pytest.raises(StoreError, match="must be the folder of a sweep"):
        export(tmp_path, tmp_path / "runs.csv")


def test_the_command_says_how_many_rows_it_wrote(folder, tmp_path):
    result = CliRunner().invoke(main, ["export", str(folder), str(tmp_path / "runs.csv")])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"wrote {len(load(folder))} rows to {tmp_path / 'runs.csv'}\n"


def test_a_sampled_design_lies_along_its_runs(tmp_path):
    cash = Factor("small.cash", distribution=Uniform(1.0, 20.0))
    sampled = dataclasses.replace(EXPERIMENT, design=LatinHypercube(5), factors=(cash,))
    run_sweep(sampled, tmp_path / "sweep", jobs=1, driver=FakeDriver())
    export(tmp_path / "sweep", tmp_path / "runs.nc")
    with xarray.open_dataset(tmp_path / "runs.nc", engine="h5netcdf") as flat:
        assert list(flat.sizes) == ["run"]
        assert set(EXPERIMENT.measures) <= set(flat.data_vars)
