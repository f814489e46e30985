// Records as NDJSON, schema "oddport/1": one JSON object a line, described in
// docs/record.schema.json.
//
// Every member is always there, null where it does not apply, so that a consumer needs no guard;
// the exceptions are `interval` (periodic flows only), `pseudo` (such ports only), `ongoing` (flows that are told before their end),
// `socket` and `process` (of this machine's own sockets), `changed` and `reference` inside
// `assignment` (where the registry tells them), and `port`, `flows`, `clients` and
// `clients_at_least`, which only the records of `--by endpoint` have.
#pragma once

#include "report/community_id.h"
#include "report/record_writer.h"

namespace oddport {

class NdjsonWriter final : public RecordWriter {
 public:
  explicit NdjsonWriter(TextSink& sink) : sink_(sink) {}

  void write(const Observation& observation, const Verdict& verdict) override;
  void write(const EndpointRecord& endpoint) override;
  void finish() override { sink_.flush(); }

 private:
  TextSink& sink_;
  CommunityId community_id_;
};

}  // namespace oddport
