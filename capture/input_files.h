// From what the user named to the files to read: files, directories, patterns and standard input.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "capture/packet_source.h"

namespace oddport {

struct InputFiles {
  std::vector<std::string> paths;  // for open_capture(), in the order of the arguments
  // Files inside directories that are no captures: a note, not an error.
  std::vector<ReadError> skipped;
  std::vector<ReadError> errors;
};

// - A directory stands for the captures in it and below it, by name; entries that begin with a dot,
//   and links to directories, are passed over.
// - What does not exist and has one of *?[ in it is a pattern (glob(7)) that no shell has expanded.
// - "-" is standard input, once.
// - Anything else is taken as it is: whoever names a file wants to hear why it cannot be read.
InputFiles expand_input_files(std::span<const std::string> arguments);

}  // namespace oddport
