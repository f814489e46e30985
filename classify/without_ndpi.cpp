#include "classify/ndpi_opinion.h"

namespace oddport {

std::unique_ptr<SecondOpinion> make_ndpi_opinion(AskNdpi) { return nullptr; }

bool ndpi_may_know(const Exchange&) { return false; }

std::span<const Recognizer> ndpi_protocols() { return {}; }

}  // namespace oddport
