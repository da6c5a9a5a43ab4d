"""All figures in one run: `./dev bench [--records 10000,100000,1000000] [--on sqlite,postgresql]`.

Prints Markdown; what is worth keeping goes into `bench/README.md` by hand, with the day and machine.
A million records take some minutes to load for each database, so they are asked for by name.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent


def seconds_of(*command: str, repeats: int = 3) -> float:
    """Give the median wall time of a command."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=HERE.parent)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def run_part(name: str, *arguments: str) -> None:
    """Run one of the other files and let it print."""
    print(f"\n## {name}\n", flush=True)
    subprocess.run([sys.executable, str(HERE / f"{name}.py"), *arguments], check=False, cwd=HERE.parent)


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", default="10000,100000", help="numbers of records, with commas between")
    parser.add_argument("--on", default="sqlite,postgresql", help="databases, with commas between")
    given = parser.parse_args()
    print(
        f"# {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {platform.machine()}"
    )
    print("\n## start\n")
    tool = [sys.executable, "-m", "luongviec.cli"]
    print("| | seconds |\n|---|---|")
    web = seconds_of(sys.executable, "-c", "import luongviec.web.application")
    print(f"| import of the web application | {web:.2f} |")
    print(f"| `luongviec --version` | {seconds_of(*tool, '--version'):.2f} |")
    print(
        f"| `luongviec definitions check` | {seconds_of(*tool, 'definitions', 'check', 'definitions'):.2f} |"
    )
    run_part("decide")
    run_part("store", "--records", given.records, "--on", given.on)
    run_part("pages", "--records", given.records, "--on", given.on)


if __name__ == "__main__":
    main()
