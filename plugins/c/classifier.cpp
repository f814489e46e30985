// Making a classifier, and what the library says of itself.
#include <cstring>
#include <span>

#include "classify/ndpi_opinion.h"
#include "classify/port_registry.h"
#include "cli/rules_file.h"
#include "plugins/c/handles.h"

namespace oddport {

namespace {

bool is_sound(const oddport_settings* settings) {
  if (settings == nullptr) return true;
  if (settings->size < sizeof *settings) return false;
  if (settings->rule_files == nullptr) return settings->rule_file_count == 0;
  for (const char* file : std::span(settings->rule_files, settings->rule_file_count))
    if (file == nullptr) return false;
  return true;
}

Rules rules_of(const oddport_settings* settings) {
  std::vector<std::string> files;
  std::vector<RuleProblem> problems;
  if (settings != nullptr) {
    for (const char* file : std::span(settings->rule_files, settings->rule_file_count))
      files.emplace_back(file);
    if (settings->default_rules != 0)
      for (std::string& file : default_rule_files(problems)) files.push_back(std::move(file));
  }
  Rules rules = read_rules(files);
  rules.problems.insert(rules.problems.begin(), problems.begin(), problems.end());
  return rules;
}

std::unique_ptr<SecondOpinion> opinion_of(const oddport_settings* settings) {
  if (settings != nullptr && settings->no_ndpi != 0) return nullptr;
  return make_ndpi_opinion();
}

char* copy_of(const std::string& text) {
  char* copy = new char[text.size() + 1];
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

int make_classifier(const oddport_settings* settings, oddport_classifier** classifier,
                    char** problems) {
  PortSet watched = PortSet::watched_by_default();
  std::string error;
  if (settings != nullptr && settings->ports != nullptr &&
      !PortSet::parse(settings->ports, watched, error)) {
    if (problems != nullptr) *problems = copy_of("ports: " + error + "\n");
    return ODDPORT_BAD_ARGUMENT;
  }
  auto made =
      std::make_unique<oddport_classifier>(watched, rules_of(settings), opinion_of(settings));
  std::string complaints;
  for (const RuleProblem& problem : made->rules.problems) complaints += to_string(problem) + "\n";
  if (problems != nullptr && !complaints.empty()) *problems = copy_of(complaints);
  const bool bad = made->rules.has_errors();
  *classifier = made.release();
  return bad ? ODDPORT_BAD_RULES : ODDPORT_OK;
}

}  // namespace

}  // namespace oddport

const char* oddport_version(void) { return ODDPORT_VERSION; }

const char* oddport_registry_date(void) {
  static const std::string date(oddport::registry_snapshot());
  return date.c_str();
}

const char* oddport_status_text(int status) {
  switch (status) {
    case ODDPORT_OK:
      return "done";
    case ODDPORT_BAD_ARGUMENT:
      return "an argument cannot be used";
    case ODDPORT_BAD_RULES:
      return "some rules have errors and are left out";
    case ODDPORT_NO_MEMORY:
      return "out of memory";
    default:
      return "failed";
  }
}

int oddport_classifier_new(const oddport_settings* settings, oddport_classifier** classifier,
                           char** problems) {
  if (problems != nullptr) *problems = nullptr;
  if (classifier == nullptr) return ODDPORT_BAD_ARGUMENT;
  *classifier = nullptr;
  if (!oddport::is_sound(settings)) return ODDPORT_BAD_ARGUMENT;
  return oddport::guarded([&] { return oddport::make_classifier(settings, classifier, problems); });
}

void oddport_classifier_free(oddport_classifier* classifier) { delete classifier; }

int oddport_watches(const oddport_classifier* classifier, uint16_t port) {
  return classifier->watched.contains(port) ? 1 : 0;
}

void oddport_text_free(char* text) { delete[] text; }
