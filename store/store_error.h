// A database that could not be read or written: what, where and what to do, in one sentence.
#pragma once

#include <stdexcept>

namespace oddport {

class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace oddport
