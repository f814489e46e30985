// Records as events of Suricata's EVE log: one JSON object a line, with its names, and an object `oddport` of our own.
// https://docs.suricata.io/en/latest/output/eve/eve-json-format.html
//
// A flow on the wire is an event of the type `flow`. What was probed, or listens, is none: its type is `oddport`. Bytes are those of the application;
// Suricata counts those of frames.
#pragma once

#include <memory>

#include "report/community_id.h"
#include "report/record_writer.h"

namespace oddport {

class EveWriter final : public RecordWriter {
 public:
  explicit EveWriter(TextSink& sink) : sink_(sink) {}

  void write(const Observation& observation, const Verdict& verdict) override;
  void write(const EndpointRecord& endpoint) override;
  void finish() override { sink_.flush(); }

 private:
  TextSink& sink_;
  CommunityId community_id_;
};

std::unique_ptr<RecordWriter> make_eve_writer(TextSink& sink);

}  // namespace oddport
