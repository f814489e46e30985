#include "classify/ndpi_opinion.h"

namespace oddport {

std::unique_ptr<SecondOpinion> make_ndpi_opinion() { return nullptr; }

std::span<const Recognizer> ndpi_protocols() { return {}; }

}  // namespace oddport
