#!/usr/bin/env python3
"""What the library exports, what its map lists and what its header declares must be the same: check_symbols.py FOLDER LIBRARY"""
import pathlib
import re
import subprocess
import sys


def main(folder, library):
    folder = pathlib.Path(folder)
    map_text = re.sub(r"#.*", "", (folder / "liboddport.map").read_text())
    listed = {f"{name}@@{version}" for version, body in re.findall(r"(\w+) \{(.*?)\}", map_text, re.S)
              for name in re.findall(r"(oddport_\w+);", body)}
    declared = set(re.findall(r"ODDPORT_API [^;(]*?(oddport_\w+)\(", (folder / "oddport.h").read_text()))
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    versions = set(re.findall(r"(\w+) \{", map_text))
    exported = {line.split()[-1] for line in lines.splitlines()} - versions
    exported = {name for name in exported if name not in {f"{version}@@{version}" for version in versions}}
    faults = [f"exported and not listed: {name}" for name in sorted(exported - listed)]
    faults += [f"listed and not exported: {name}" for name in sorted(listed - exported)]
    names = {name.split("@@")[0] for name in listed}
    faults += [f"declared and not listed: {name}" for name in sorted(declared - names)]
    faults += [f"listed and not declared: {name}" for name in sorted(names - declared)]
    print("\n".join(faults) or f"{len(listed)} symbols, all listed and declared")
    return 1 if faults or not listed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
