#!/usr/bin/env python3
"""Runs every command that a document shows, on a terminal, and compares what it prints with what the document says it does:

    run_document.py PROGRAM SOURCE DOCUMENT [--write]

In ```console blocks a line "$ COMMAND" is run in a folder that has pcaps/, and the lines up to the next are what it prints on
standard output, standard error left out; a line "..." stands for any lines. In ```console lab blocks there is no network but the
loopback interface of a namespace, on which tests/cli/small_services.py listens. A block ```toml NAME.toml is that file. --write
puts what was printed into the document, where it does not say so already."""
import os
import pathlib
import pty
import re
import select
import subprocess
import sys
import tempfile


LAB = """
ip link set lo up
coproc services { exec python3 "$SMALL_SERVICES"; }
read -r ready <&"${services[0]}"
trap 'kill $services_PID' EXIT
"""


def lab_is_possible():
    return subprocess.run(["unshare", "--map-root-user", "--net", "ip", "link", "set", "lo", "up"], capture_output=True).returncode == 0


def run(command, folder, environment, lab):
    """What the command prints on a terminal of 80 columns."""
    words = ["unshare", "--map-root-user", "--net", "bash", "-c", LAB + command] if lab else ["bash", "-c", command]
    master, slave = pty.openpty()
    process = subprocess.Popen(words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=slave,
                               stderr=subprocess.PIPE)
    os.close(slave)
    said, errors = b"", b""
    sources = {master, process.stderr.fileno()}
    while sources:
        for source in select.select(list(sources), [], [])[0]:
            try:
                data = os.read(source, 65536)
            except OSError:  # Linux: the other side of a terminal is closed
                data = b""
            if not data:
                sources.discard(source)
            elif source == master:
                said += data
            else:
                errors += data
    os.close(master)
    status = process.wait()
    return said.decode().replace("\r\n", "\n"), errors.decode(), status


def matches(expected, said):
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + "\n" for line in expected)
    return re.fullmatch(pattern, said) is not None


def steps_of(lines):
    """(number of the command's line, command, number behind its output) of a block's lines."""
    starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
    return [(start, lines[start][2:], end) for start, end in zip(starts, starts[1:] + [len(lines)])]


def check_block(lines, first, folder, environment, name, write, lab):
    """The block's lines as they should be, and the faults."""
    faults, rewritten = [], []
    for start, command, end in steps_of(lines):
        command = re.sub(r"\s+#\s.*$", "", command)
        said, errors, status = run(command, folder, environment, lab)
        expected = lines[start + 1:end]
        rewritten.append(lines[start])
        if matches(expected, said):
            rewritten += expected
        else:
            rewritten += said.splitlines()
            faults.append(f"{name}:{first + start}: $ {command} (status {status})\n--- it prints\n{said}--- not\n" +
                          "\n".join(expected) + f"\n--- and tells on standard error\n{errors}")
    return rewritten if write else lines, faults


def main(program, source, document, write):
    source, document = pathlib.Path(source).resolve(), pathlib.Path(document).resolve()
    lines = document.read_text().splitlines()
    faults, out, commands = [], [], 0
    has_lab = lab_is_possible()
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "pcaps").symlink_to(source / "pcaps")
        bin_folder = pathlib.Path(folder) / ".bin"
        bin_folder.mkdir()
        (bin_folder / "oddport").symlink_to(pathlib.Path(program).resolve())
        environment = {"PATH": f"{bin_folder}:{os.environ['PATH']}", "HOME": folder, "TERM": "dumb", "COLUMNS": "80", "TZ": "UTC",
                       "LC_ALL": "C.UTF-8", "SMALL_SERVICES": str(source / "tests/cli/small_services.py"), "USER": "jo", "LOGNAME": "jo", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
        n = 0
        while n < len(lines):
            opening = re.fullmatch(r"```(console( lab)?|toml (\S+))", lines[n])
            out.append(lines[n])
            n += 1
            if not opening:
                continue
            end = lines.index("```", n)
            block = lines[n:end]
            if opening[3]:
                (pathlib.Path(folder) / opening[3]).write_text("\n".join(block) + "\n")
            elif opening[2] and not has_lab:
                print(f"{document.name}:{n}: left out, for network namespaces cannot be made here")
            else:
                commands += len(steps_of(block))
                block, found = check_block(block, n + 1, folder, environment, document.name, write, bool(opening[2]))
                faults += found
            out += block
            n = end
    if write:
        document.write_text("\n".join(out) + "\n")
    print("\n".join(faults) or f"{commands} commands do as {document.name} says")
    return 1 if commands == 0 or (faults and not write) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4], "--write" in sys.argv))
