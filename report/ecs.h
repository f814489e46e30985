// Records in the Elastic Common Schema (ECS 8.11): one JSON object a line, for Elasticsearch, OpenSearch and what reads their events.
//
// The client is the source and the server the destination. What the schema has no place for stands in the object `oddport`, in the words of
// report/ndjson.h. Unlike there, a member that does not apply is left out: Elasticsearch has no use for nulls.
#pragma once

#include <memory>

#include "report/community_id.h"
#include "report/record_writer.h"

namespace oddport {

class EcsWriter final : public RecordWriter {
 public:
  explicit EcsWriter(TextSink& sink) : sink_(sink) {}

  void write(const Observation& observation, const Verdict& verdict) override;
  void write(const EndpointRecord& endpoint) override;
  void finish() override { sink_.flush(); }

 private:
  TextSink& sink_;
  CommunityId community_id_;
};

std::unique_ptr<RecordWriter> make_ecs_writer(TextSink& sink);

}  // namespace oddport
