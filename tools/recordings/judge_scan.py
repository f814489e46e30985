#!/usr/bin/env python3
"""Holds what a scan told against what is known to run: judge_scan.py TRUTH RUNNING RECORDS [READ_BACK]

TRUTH names services with protocol and label (lab.tsv); RUNNING is a list of those that run; RECORDS and READ_BACK are records of
`oddport scan` and of `oddport read` on the scan's own recording. Ends with 0 where at least 95 of 100 are named and labelled right,
nothing is named that nobody knows, and what was read back has the labels of the scan.
"""
import collections
import csv
import json
import sys

LEAST_RIGHT = 0.95


def key_of(record):
    return record["server"]["port"], record["transport"]


def read_records(path):
    with open(path) as lines:
        return [json.loads(line) for line in lines if line.strip()]


def told(record):
    """The name and the label that a record gives; a silent UDP port has none, and its label is as good as unknown."""
    return (record["protocol"] or "-", record["label"]) if record else ("-", "unknown")


def judge(truth, running, records):
    right, false_names = 0, 0
    by_port = {key_of(record): record for record in records}
    for row in truth:
        if row["name"] not in running:
            continue
        port, transport, _ = row["name"].split("-", 2)
        record = by_port.pop((int(port), transport), None)
        name, label = told(record)
        is_right = name in row["protocol"].split(",") and label == row["label"] and (record or transport == "udp")
        right += bool(is_right)
        false_names += row["protocol"] == "-" and name != "-"
        print(f"{'' if is_right else 'WRONG':6}{row['name']:34}{name:12}{label:11}", end="")
        print("" if is_right else f" but it is {row['protocol']}, {row['label']}: {record['reason'] if record else 'not found'}")
    for record in by_port.values():  # ports that a daemon opened besides its own
        print(f"{'':6}{'besides ' + '%d/%s' % key_of(record):34}{told(record)[0]:12}{told(record)[1]}")
    return right, false_names


def differing(records, read_back):
    """Ports whose flows, read from the recording, do not have the label of the scan; inside TLS a reader sees nothing."""
    labels = collections.defaultdict(set)
    for record in read_back:
        labels[key_of(record)].add((record["protocol"], record["label"]))
    return [key_of(record) for record in records
            if record["protocol"] and not any("inside TLS" in line for line in record["evidence"])
            and (record["protocol"], record["label"]) not in labels[key_of(record)]]


def main():
    with open(sys.argv[1]) as table:
        truth = list(csv.DictReader(table, delimiter="\t"))
    running = set(sys.argv[2].split())
    records = read_records(sys.argv[3])
    right, false_names = judge(truth, running, records)
    share = right / max(len(running), 1)
    different = differing(records, read_records(sys.argv[4])) if len(sys.argv) > 4 else []
    print(f"{right} of {len(running)} right ({100 * share:.1f} %), {false_names} false names, "
          f"{len(different)} read back otherwise {different or ''}")
    return 0 if share >= LEAST_RIGHT and false_names == 0 and not different else 1


if __name__ == "__main__":
    sys.exit(main())
