// Two readers, one answer: the readers of this project against libpcap, packet by packet.
//
// Where they may differ, and why:
// - Seconds and fractions of classic files are unsigned here, as the format has them; libpcap takes
//   them for signed, so its times after January 2038, and its absurd fractions, are too small by
//   2^32.
// - libpcap cuts a packet that is longer than the file's snaplen. Nothing is cut here.
// - libpcap refuses a pcapng file whose interfaces differ in link type or snaplen, one without any
//   interface, and minor versions that no one has specified. They are read here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "capture/capture_format.h"
#include "tests/capture/capture_builder.h"

namespace oddport::test {
namespace {

namespace fs = std::filesystem;

CaptureFormat format_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string first(format_prefix, '\0');
  file.read(first.data(), static_cast<std::streamsize>(first.size()));
  return detect_format(first);
}

std::vector<std::string> files_below(const fs::path& directory) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const CaptureFormat format = format_of(entry.path().string());
    if (format == CaptureFormat::pcap || format == CaptureFormat::pcapng) {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool same_time(Time ours, Time theirs, CaptureFormat format) {
  if (ours == theirs) return true;
  if (format != CaptureFormat::pcap) return false;
  constexpr Time wrapped = Time{1} << 32;
  // Two fields may wrap, and the second counts micro- or nanoseconds.
  Time difference = ours - theirs;
  if (difference >= wrapped * 1'000'000'000) difference -= wrapped * 1'000'000'000;
  return difference == 0 || difference == wrapped * 1000 || difference == wrapped;
}

bool same_bytes(const std::string& ours, const std::string& theirs, CaptureFormat format) {
  return ours == theirs || (format == CaptureFormat::pcap && ours.starts_with(theirs));
}

bool refused_for_a_known_reason(const Outcome& theirs) {
  if (theirs.errors.empty()) return false;
  const std::string& what = theirs.errors.back().what;
  return what.find("different from the") != std::string::npos ||
         what.find("no Interface Description Blocks") != std::string::npos ||
         what.find("unsupported pcapng savefile version") != std::string::npos;
}

void expect_same_packets(const Outcome& ours, const Outcome& theirs, CaptureFormat format) {
  ASSERT_GE(ours.packets.size(), theirs.packets.size());
  for (std::size_t i = 0; i < theirs.packets.size(); ++i) {
    const Kept& a = ours.packets[i];
    const Kept& b = theirs.packets[i];
    ASSERT_TRUE(same_bytes(a.bytes, b.bytes, format)) << "packet " << i + 1;
    ASSERT_TRUE(same_time(a.time, b.time, format))
        << "packet " << i + 1 << ": " << a.time << ", " << b.time;
    ASSERT_EQ(a.wire_length, b.wire_length) << "packet " << i + 1;
    ASSERT_EQ(a.link_type, b.link_type) << "packet " << i + 1;
  }
}

void expect_same_errors(const Outcome& ours, const Outcome& theirs) {
  ASSERT_EQ(ours.errors.size(), theirs.errors.size());
  for (std::size_t i = 0; i < ours.errors.size(); ++i) {
    EXPECT_EQ(ours.errors[i].offset, theirs.errors[i].offset)
        << ours.errors[i].what << "; " << theirs.errors[i].what;
  }
}

void expect_agreement_below(const fs::path& directory) {
  const std::vector<std::string> files = files_below(directory);
  if (files.empty()) GTEST_SKIP() << "no captures in " << directory;
  for (const std::string& path : files) {
    SCOPED_TRACE(path);
    const Outcome ours = read_path(path);
    const Outcome theirs = read_path(path, true);
    expect_same_packets(ours, theirs, format_of(path));
    if (!refused_for_a_known_reason(theirs)) {
      EXPECT_EQ(ours.packets.size(), theirs.packets.size());
      expect_same_errors(ours, theirs);
    }
  }
}

void expect_agreement_in_corpus(const char* folder) {
  const char* const corpus = std::getenv("ODDPORT_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "ODDPORT_CORPUS does not name a capture corpus";
  expect_agreement_below(fs::path(corpus) / folder);
}

TEST(ReadersAgree, OnTheRecordingsOfTheProject) {
  expect_agreement_below(fs::path(ODDPORT_SOURCE_DIR) / "pcaps");
}

TEST(ReadersAgree, OnTheCorpus) { expect_agreement_in_corpus("pcap"); }

TEST(ReadersAgree, OnTortureFiles) { expect_agreement_in_corpus("torture"); }

}  // namespace
}  // namespace oddport::test
