// A verdict as texts that live as long as it does, whatever becomes of the rules and the observation behind it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "classify/verdict.h"

namespace oddport {

struct VerdictWords {
  VerdictWords(const Verdict& verdict, bool was_turned);

  std::string label;
  std::string protocol;  // empty where there is none, as of all below
  std::string certainty;
  std::string era;
  std::string role;
  std::string reason;
  std::string assignment;
  std::string service;
  std::vector<std::string> evidence;
  std::vector<std::string> traits;
  std::vector<std::string> rules;
  std::uint16_t port = 0;
  bool turned = false;  // the end that was given as the client serves
};

}  // namespace oddport
