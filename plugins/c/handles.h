// What is behind the pointers that programs in C hold, and the border that no exception crosses.
#pragma once

#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/decoder.h"
#include "classify/classifier.h"
#include "cli/rules_toml.h"
#include "plugins/c/flow_verdicts.h"
#include "plugins/c/oddport.h"
#include "plugins/c/verdict_words.h"

struct oddport_classifier {
  oddport::PortSet watched;
  oddport::Rules rules;
  oddport::Classifier classifier;

  oddport_classifier(const oddport::PortSet& ports, oddport::Rules heard,
                     std::unique_ptr<oddport::SecondOpinion> opinion)
      : watched(ports),
        rules(std::move(heard)),
        classifier(watched, rules.set.empty() ? nullptr : &rules.set, std::move(opinion)) {}
  oddport_classifier(const oddport_classifier&) = delete;
  oddport_classifier& operator=(const oddport_classifier&) = delete;
};

struct oddport_verdict {
  std::shared_ptr<const oddport::VerdictWords> words;
};

struct oddport_flows {
  oddport::FlowVerdicts verdicts;
};

namespace oddport {

// Runs what a function of the library does; whatever it throws becomes a status.
template <typename Work>
int guarded(Work&& work) noexcept {
  try {
    return std::forward<Work>(work)();
  } catch (const std::bad_alloc&) {
    return ODDPORT_NO_MEMORY;
  } catch (...) {
    return ODDPORT_FAILED;
  }
}

// Null of an empty text: there is none.
inline const char* text_or_null(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

inline const char* line_or_null(const std::vector<std::string>& lines, std::size_t index) {
  return index < lines.size() ? lines[index].c_str() : nullptr;
}

inline bool is_transport(int transport) {
  return transport == ODDPORT_TCP || transport == ODDPORT_UDP;
}

}  // namespace oddport
