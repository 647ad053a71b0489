"""Sweeps whose runs Dask computes: by processes of this machine, by a real scheduler, by jobs that are submitted."""

import os
import pickle
import shutil
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sweeps.dask_processes import Processes
from sweeps.fakes import FakeDriver, small_experiment

import simulator
from simulator.foundation.errors import FileError, ParameterError, StoreError
from simulator.interfaces.cluster_file import read_cluster
from simulator.sweeps.executors import Work
from simulator.sweeps.executors.batches import Batches
from simulator.sweeps.executors.connection import own_version
from simulator.sweeps.executors.dask import Cluster, compute_batch
from simulator.sweeps.executors.slurm import Slurm, job_script
from simulator.sweeps.factors import Factor
from simulator.sweeps.plan import Chunk, plan
from simulator.sweeps.replication import Replication
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.store import load

RUNS = 126
SECONDS_TO_SAY_SO = 12.0

posix = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


def sweep(folder, experiment=None, **options):
    settings = {"driver": FakeDriver(), "chunk_runs": 7} | options
    return run_sweep(experiment or small_experiment(), folder, **settings)


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "runs").iterdir())}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    sweep(folder, jobs=1)
    return folder


@pytest.fixture
def processes(tmp_path):
    folder = tmp_path / "processes"
    folder.mkdir()
    started = Processes(folder)
    yield started
    started.stop()


@pytest.mark.slow
def test_worker_processes_of_this_machine(tmp_path, reference):
    result = sweep(tmp_path, executor="dask", jobs=2)
    assert contents(tmp_path) == contents(reference)
    assert (tmp_path / "summary.csv").read_bytes() == (reference / "summary.csv").read_bytes()
    assert (result.computed_runs, result.failed) == (RUNS, 0)


@pytest.mark.slow
def test_rounds_of_replication_share_the_workers(tmp_path):
    rule = Replication("surplus", 0.6, most=80)
    experiment = small_experiment(replicates=10, replication=rule)
    local = sweep(tmp_path / "local", experiment, jobs=1)
    with Cluster() as cluster:
        far = sweep(tmp_path / "far", experiment, jobs=2, executor=cluster)
    assert far.rounds == local.rounds > 1
    assert contents(tmp_path / "far") == contents(tmp_path / "local")


@pytest.mark.slow
def test_a_scheduler_with_two_workers(tmp_path, reference, processes):
    """By its address, then by its file; what the first sweep kept, the second does not ask for."""
    processes.start_scheduler()
    processes.start_worker()
    processes.start_worker()
    done = []
    with Cluster(processes.address) as cluster:
        sweep(tmp_path / "sweep", executor=cluster, progress=lambda *counts: done.append(counts[0]))
    assert contents(tmp_path / "sweep") == contents(reference)
    assert done == sorted(set(done))
    assert done[-1] == RUNS
    victims = sorted((tmp_path / "sweep" / "runs").iterdir())[3:9]
    for victim in victims:
        victim.unlink()
    with Cluster(str(processes.file)) as cluster:
        again = sweep(tmp_path / "sweep", executor=cluster)
    assert again.computed_runs == 7 * len(victims)
    assert contents(tmp_path / "sweep") == contents(reference)
    with Cluster(processes.address) as cluster:
        failing = sweep(tmp_path / "failing", executor=cluster, driver=FakeDriver(fails_at=3))
    assert failing.failures == (("ZeroDivisionError: by hand", 18),)


@posix
@pytest.mark.slow
def test_a_worker_that_is_killed_loses_nothing(tmp_path, reference, processes):
    processes.start_scheduler()
    processes.start_worker()
    processes.start_worker()

    def kill(done, total):
        if done >= 35:
            processes.workers[0].kill()

    with Cluster(processes.address) as cluster:
        result = sweep(tmp_path / "sweep", executor=cluster, driver=FakeDriver(delay=0.1), progress=kill)
    assert processes.workers[0].wait() != 0
    assert processes.workers[1].poll() is None
    assert result.computed_runs == RUNS
    assert contents(tmp_path / "sweep") == contents(reference)
    assert load(tmp_path / "sweep")["run"].tolist() == list(range(RUNS))


@posix
@pytest.mark.slow
def test_runs_that_kill_their_workers_are_left_out(tmp_path, processes):
    processes.start_scheduler(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    processes.start_worker("--nanny")
    experiment = small_experiment(replicates=14, factors=(Factor("lead", ("small", "big")),))
    with Cluster(processes.address) as cluster, pytest.raises(StoreError, match=r"died twice on runs .*--jobs 1"):
        sweep(tmp_path / "sweep", experiment, executor=cluster, driver=FakeDriver(dies_at=13))
    frame = load(tmp_path / "sweep")
    assert frame["replicate"].max() < 13
    assert len(frame) >= 3 * 7


@posix
@pytest.mark.slow
def test_a_scheduler_that_goes_away_stops_the_sweep_clearly(tmp_path, reference, processes):
    processes.start_scheduler()
    processes.start_worker()
    killed = []

    def kill(done, total):
        if done >= 35:
            processes.scheduler.kill()
            killed.append(time.monotonic())

    with (
        Cluster(processes.address) as cluster,
        pytest.raises(StoreError, match=r"must stay until the sweep is done; got a connection that was lost") as caught,
    ):
        sweep(tmp_path / "sweep", executor=cluster, driver=FakeDriver(delay=0.1), progress=kill)
    assert time.monotonic() - killed[0] < SECONDS_TO_SAY_SO
    assert "\n" not in str(caught.value)
    kept = contents(tmp_path / "sweep")
    assert 5 <= len(kept) < 18
    assert kept.items() <= contents(reference).items()
    result = sweep(tmp_path / "sweep", jobs=1)
    assert result.reused_runs == 7 * len(kept)
    assert contents(tmp_path / "sweep") == contents(reference)


def test_a_scheduler_that_is_not_there(tmp_path):
    began = time.monotonic()
    with (
        Cluster("tcp://127.0.0.1:9") as cluster,
        pytest.raises(ParameterError, match=r"scheduler that is running; got 'tcp://127.0.0.1:9' \(no answer\)"),
    ):
        sweep(tmp_path, executor=cluster)
    assert time.monotonic() - began < SECONDS_TO_SAY_SO
    with (
        Cluster("nowhere.json") as cluster,
        pytest.raises(ParameterError, match=r"got 'nowhere\.json', which is no file"),
    ):
        sweep(tmp_path, executor=cluster)
    assert not list((tmp_path / "runs").iterdir())


@pytest.mark.slow
def test_a_scheduler_without_workers_and_one_with_another_version(tmp_path, processes, monkeypatch):
    processes.start_scheduler()
    monkeypatch.setattr("simulator.sweeps.executors.connection.WORKER_SECONDS", 0.5)
    with Cluster(processes.address) as cluster, pytest.raises(ParameterError, match="must have workers; got none"):
        sweep(tmp_path / "sweep", executor=cluster)
    monkeypatch.undo()
    other = tmp_path / "other"
    shutil.copytree(Path(simulator.__file__).parent, other / "simulator")
    init = other / "simulator" / "__init__.py"
    init.write_text(init.read_text() + '\n__version__ = "0.0.7"\n')
    processes.start_worker(path=[other])
    version, source = own_version()
    with (
        Cluster(processes.address) as cluster,
        pytest.raises(
            StoreError, match=rf"{version} \(source {source}\), as here; got 0\.0\.7 \(source \w+\) on tcp://"
        ) as caught,
    ):
        sweep(tmp_path / "sweep", executor=cluster)
    assert "\n" not in str(caught.value)
    assert not contents(tmp_path / "sweep")


@pytest.mark.slow
def test_a_worker_that_joins_later_is_used_and_checked(tmp_path, reference, processes):
    processes.start_scheduler()
    processes.start_worker()
    other = tmp_path / "other"
    shutil.copytree(Path(simulator.__file__).parent, other / "simulator")
    (other / "simulator" / "extra.py").write_text("")

    def join(done, total):
        if done and len(processes.workers) == 1:
            processes.start_worker(path=[other])

    with Cluster(processes.address) as cluster, pytest.raises(StoreError, match=r"as here; got .* that joined later"):
        sweep(tmp_path / "sweep", executor=cluster, driver=FakeDriver(delay=1.0), progress=join)
    assert contents(tmp_path / "sweep").items() <= contents(reference).items()


def test_a_worker_checks_its_version_before_it_reads_the_plan():
    version, source = own_version()
    with pytest.raises(StoreError, match=rf"0\.0\.7 \(source 0\), as here; got {version} \(source {source}\)"):
        compute_batch(("0.0.7", "0"), "token", b"not a pickle", [])


def test_a_worker_hands_back_the_bytes_a_local_run_writes(reference):
    made = plan(small_experiment(), 7)
    packed = pickle.dumps(Work(replace(made, chunks=()), Path(), FakeDriver()))
    _, done = compute_batch(own_version(), "one", packed, made.chunks)
    assert {name.removeprefix("runs/"): content for _, files in done for name, content in files} == contents(reference)


def test_batches_aim_at_a_second_and_shrink_at_the_end():
    chunks = [Chunk(index, "", 64 * index, 64) for index in range(1000)]
    batches, sizes = Batches(chunks, threads=4), []
    dealt = []
    while batches:
        batch = batches.deal()
        dealt += batch
        sizes.append(len(batch))
        batches.learn(64 * len(batch), 0.0625 * len(batch))
    assert dealt == chunks
    assert sizes[0] == 1
    assert sizes[1:50] == [16] * 49
    assert sizes[-4:] == [1] * 4
    costly = Batches(chunks, threads=4)
    costly.learn(50, 30.0)
    assert len(costly.deal()) == 1


def test_without_dask_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ParameterError, match=r"needs distributed, .*pip install 'alliance-simulator\[cluster\]'"):
        sweep(tmp_path, executor="dask", jobs=2)


ASKED = Slurm(jobs=2, cores=4, memory="8GB", walltime="02:00:00", queue="short", account="labs")


def test_the_script_that_slurm_is_given():
    lines = job_script(ASKED).splitlines()
    directives = [line.removeprefix("#SBATCH ") for line in lines if line.startswith("#SBATCH")]
    assert directives == ["-J alliance", "-p short", "-A labs", "-n 1", "--cpus-per-task=4", "--mem=8G", "-t 02:00:00"]
    (command,) = [line for line in lines if "dask_worker" in line]
    assert command.startswith(f"{sys.executable} -m distributed.cli.dask_worker tcp://")
    assert "--nthreads 1" in command
    assert "--nworkers 4" in command


@posix
@pytest.mark.slow
def test_jobs_that_are_submitted_compute_the_sweep(tmp_path, reference, monkeypatch):
    """`sbatch` is a stand-in that runs the script at once, which is what SLURM would do with an idle node."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, text in {
        "sbatch": 'echo run >> "$0.log"; cp "$1" "$0.$$"; setsid bash "$0.$$" &> /dev/null & echo "batch job $!"',
        "scancel": 'echo "$@" >> "$0.log"; for job in "$@"; do kill -- -"$job"; done',
    }.items():
        (tools / name).write_text(f"#!/bin/bash\n{text}\n")
        (tools / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tools), os.environ["PATH"]]))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(each for each in sys.path if each))
    with Cluster(slurm=Slurm(jobs=2)) as cluster:
        sweep(tmp_path / "sweep", executor=cluster)
    assert contents(tmp_path / "sweep") == contents(reference)
    assert (tools / "sbatch.log").read_text() == "run\nrun\n"
    assert len((tools / "scancel.log").read_text().split()) == 2


def test_without_slurm_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with Cluster(slurm=ASKED) as cluster, pytest.raises(ParameterError, match=r"where SLURM's sbatch is.*--scheduler"):
        sweep(tmp_path / "sweep", executor=cluster)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[slurm]\nqueue = "short"\ncore = 4\n', "cluster.toml:3: slurm.core: unknown key. Did you mean 'cores'?"),
        ("[slrm]\njobs = 2\n", "cluster.toml:1: slrm: unknown key. Did you mean 'slurm'?"),
        ("[slurm]\njobs = 0\n", "cluster.toml:2: slurm.jobs: must be in [1, 10000] (jobs); got 0."),
        ('[slurm]\nmemory = "8 gigs"\n', "cluster.toml:2: slurm.memory: must be a size; got '8 gigs'."),
        ('[slurm]\njobs = 2\nwalltime = "2h"\n', "cluster.toml:3: slurm.walltime: must be hours:minutes:seconds;"),
        ('[slurm]\nqueue = "a b"\n', "cluster.toml:2: slurm.queue: must be a name that SLURM knows; got 'a b'."),
    ],
)
def test_faults_of_a_cluster_file_have_their_line(tmp_path, monkeypatch, text, says):
    monkeypatch.chdir(tmp_path)
    Path("cluster.toml").write_text(text)
    with pytest.raises(FileError) as caught:
        read_cluster(Path("cluster.toml"))
    assert says in str(caught.value)


def test_a_cluster_file(tmp_path):
    (tmp_path / "cluster.toml").write_text(
        '[slurm]\nqueue = "short"\naccount = "labs"\ncores = 4\nmemory = "8GB"\nwalltime = "02:00:00"\njobs = 2\n'
    )
    assert read_cluster(tmp_path / "cluster.toml") == ASKED


def test_dask_is_imported_where_it_is_needed_only():
    names = "('dask', 'distributed', 'fsspec')"
    program = f"import sys, simulator.sweeps.runner; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
