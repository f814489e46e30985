#include "capture/open_capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "capture/capture_format.h"
#include "tests/capture/capture_builder.h"
#include "tests/temporary_folder.h"

namespace oddport::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::string sample_pcap() {
  const PcapShape shape;
  std::string file = pcap_header(shape);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    file += pcap_record(shape, 1'700'000'000 + i, i, "packet number " + std::to_string(i));
  }
  return file;
}

std::string sample_pcapng() {
  const PcapngShape shape;
  std::string file = section(shape) + interface(shape, 1);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    file += enhanced_packet(shape, 0, i, "packet number " + std::to_string(i));
  }
  return file;
}

// Kuznetzov's variant: eight more bytes in each record header.
std::string sample_modified_pcap() {
  PcapShape shape;
  std::string file = pcap_header(shape);
  file.replace(0, 4, u32(shape.order, 0xa1b2cd34));
  for (const Bytes data : {"first"_b, "second"_b}) {
    const std::string record = pcap_record(shape, 5, 6, data);
    file += record.substr(0, 16) + std::string(8, '\x01') + record.substr(16);
  }
  return file;
}

TEST(OpenCapture, TellsTheKindFromTheContentNotTheName) {
  const TemporaryFolder folder;
  EXPECT_THAT(read_path(folder.file("a.txt", sample_pcap())).packets, SizeIs(1000));
  EXPECT_THAT(read_path(folder.file("b.pcap", sample_pcapng())).packets, SizeIs(1000));
  EXPECT_THAT(read_path(folder.file("c.pcap", gzipped(sample_pcap()))).packets, SizeIs(1000));
}

TEST(OpenCapture, CompressedOrNotThePacketsAreTheSame) {
  const TemporaryFolder folder;
  for (const std::string& file : {sample_pcap(), sample_pcapng()}) {
    const Outcome plain = read_path(folder.file("plain", file));
    ASSERT_THAT(plain.packets, SizeIs(1000));
    const std::string half = file.substr(0, file.size() / 2);
    const std::string rest = file.substr(file.size() / 2);
    for (const std::string& compressed :
         {gzipped(file), zstandard(file), gzipped(half) + gzipped(rest),
          zstandard(half) + zstandard(rest), gzipped(zstandard(file))}) {
      const Outcome outcome = read_path(folder.file("compressed", compressed));
      EXPECT_THAT(outcome.errors, IsEmpty());
      EXPECT_TRUE(outcome.packets == plain.packets);
    }
  }
}

TEST(OpenCapture, WhatCameBeforeADamagedStreamIsRead) {
  const TemporaryFolder folder;
  const std::string compressed = gzipped(sample_pcap());
  const Outcome cut =
      read_path(folder.file("cut.gz", Bytes(compressed).substr(0, compressed.size() / 2)));
  EXPECT_GT(cut.packets.size(), 100U);
  EXPECT_LT(cut.packets.size(), 1000U);
  ASSERT_THAT(cut.errors, SizeIs(1));
  EXPECT_THAT(cut.errors[0].what, HasSubstr("the input is cut: the gzip data ends early"));
  EXPECT_GT(cut.errors[0].offset, compressed.size() / 2);
}

TEST(OpenCapture, LibpcapAgreesOnPlainAndCompressedFiles) {
  const TemporaryFolder folder;
  for (const std::string& file : {sample_pcap(), sample_pcapng(), gzipped(sample_pcap())}) {
    const std::string path = folder.file("file", file);
    EXPECT_TRUE(read_path(path).packets == read_path(path, true).packets);
  }
}

TEST(OpenCapture, ExoticFilesGoToLibpcap) {
  const TemporaryFolder folder;
  const std::string modified = sample_modified_pcap();
  for (const std::string& file : {modified, zstandard(modified)}) {
    const Outcome outcome = read_path(folder.file("modified", file));
    EXPECT_THAT(outcome.errors, IsEmpty());
    ASSERT_THAT(outcome.packets, SizeIs(2));
    EXPECT_EQ(outcome.packets[1], (Kept{"second", 6, LinkType::ethernet, 5'000'006'000}));
  }
}

TEST(OpenCapture, LibpcapTellsWhereAFileIsCut) {
  const TemporaryFolder folder;
  const std::string modified = sample_modified_pcap();
  const Outcome outcome =
      read_path(folder.file("cut", Bytes(modified).substr(0, modified.size() - 1)));
  EXPECT_THAT(outcome.packets, SizeIs(1));
  ASSERT_THAT(outcome.errors, SizeIs(1));
  EXPECT_EQ(outcome.errors[0].offset, 24U + 24 + 5);
  EXPECT_THAT(outcome.errors[0].what, HasSubstr("truncated"));
}

TEST(OpenCapture, OtherVersionsGoToLibpcapToo) {
  const TemporaryFolder folder;
  const PcapShape old{.minor_version = 2};
  // Before version 2.3 the wire length came first.
  const std::string file = pcap_header(old) + pcap_record(old, 1, 0, "short", 100, 5);
  const Outcome outcome = read_path(folder.file("old", file));
  ASSERT_THAT(outcome.packets, SizeIs(1));
  EXPECT_EQ(outcome.packets[0].bytes, "short");
  EXPECT_EQ(outcome.packets[0].wire_length, 100U);

  const Outcome strange =
      read_path(folder.file("strange", pcap_header(PcapShape{.minor_version = 9})));
  EXPECT_FALSE(strange.opened);
  EXPECT_THAT(strange.errors[0].what, StartsWith("libpcap cannot read it: "));
}

TEST(OpenCapture, WhatIsNoCaptureIsToldByItsFirstBytes) {
  const TemporaryFolder folder;
  const auto told = [&](Bytes content) {
    const Outcome outcome = read_path(folder.file("file", content));
    EXPECT_FALSE(outcome.opened);
    return outcome.errors[0].what;
  };
  EXPECT_EQ(told("PK\x03\x04 and so on"_b),
            "not a capture: starts with 50 4b 03 04 20 61 6e 64 \"PK.. and\"");
  EXPECT_EQ(told("ab"), "not a capture: starts with 61 62 \"ab\"");
  EXPECT_THAT(told(gzipped("plain text")), StartsWith("not a capture: starts with 70 6c"));
  EXPECT_EQ(told(""), "the input is empty");
  EXPECT_EQ(told(gzipped("")), "the input is empty");
  EXPECT_THAT(told("\x1f\x8b\x08"), HasSubstr("the input is cut"));
  EXPECT_THAT(told(gzipped(gzipped(gzipped("x")))), StartsWith("not a capture: starts with 1f 8b"));
  EXPECT_EQ(told(Bytes(sample_pcap()).substr(0, 10)),
            "the file header is cut: 10 of 24 bytes are there");
}

TEST(OpenCapture, WhatCannotBeOpenedIsTold) {
  const TemporaryFolder folder;
  const Outcome missing = read_path((folder.path() / "missing.pcap"));
  EXPECT_FALSE(missing.opened);
  EXPECT_THAT(missing.errors[0].what, HasSubstr("No such file"));
  EXPECT_THAT(missing.errors[0].where, HasSubstr("missing.pcap"));
  EXPECT_EQ(read_path(folder.path()).errors[0].what, "the input is a directory");
}

TEST(OpenCapture, AForbiddenFileIsTold) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TemporaryFolder folder;
  const std::string path = folder.file("secret.pcap", sample_pcap());
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  EXPECT_THAT(read_path(path).errors[0].what, HasSubstr("Permission denied"));
}

// Puts a pipe in the place of standard input, and writes to it a little at a time.
class PipedInput {
 public:
  explicit PipedInput(std::string bytes) : before_(::dup(STDIN_FILENO)) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    EXPECT_EQ(::dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ::close(ends[0]);
    writer_ = std::thread([out = ends[1], content = std::move(bytes)] {
      Bytes left(content);
      while (!left.empty()) {
        const ssize_t wrote = ::write(out, left.data(), std::min<std::size_t>(left.size(), 997));
        if (wrote <= 0) break;
        left.remove_prefix(static_cast<std::size_t>(wrote));
      }
      ::close(out);
    });
  }
  PipedInput(const PipedInput&) = delete;
  PipedInput& operator=(const PipedInput&) = delete;
  ~PipedInput() {
    writer_.join();
    ::dup2(before_, STDIN_FILENO);
    ::close(before_);
  }

 private:
  int before_;
  std::thread writer_;
};

TEST(OpenCapture, ADashIsStandardInput) {
  const TemporaryFolder folder;
  for (const std::string& file : {sample_pcap(), sample_pcapng()}) {
    const Outcome plain = read_path(folder.file("plain", file));
    for (const std::string& piped : {file, gzipped(file), zstandard(file)}) {
      const PipedInput input(piped);
      const Outcome outcome = read_path("-");
      EXPECT_THAT(outcome.errors, IsEmpty());
      EXPECT_TRUE(outcome.packets == plain.packets);
    }
  }
  const PipedInput input(sample_modified_pcap());
  EXPECT_THAT(read_path("-").packets, SizeIs(2));
}

TEST(OpenCapture, StandardInputIsNamedInErrors) {
  const PipedInput input("no capture");
  const Outcome outcome = read_path("-");
  EXPECT_FALSE(outcome.opened);
  EXPECT_EQ(outcome.errors[0].where, "standard input");
}

TEST(LookAtFile, TellsCapturesFromOtherFiles) {
  const TemporaryFolder folder;
  ReadError error;
  const auto kind = [&](Bytes content) {
    return look_at_file(folder.file("file", content), error);
  };
  for (const std::string& file : {sample_pcap(), sample_pcapng(), sample_modified_pcap()}) {
    EXPECT_EQ(kind(file), FileKind::capture);
    EXPECT_EQ(kind(gzipped(file)), FileKind::capture);
    EXPECT_EQ(kind(zstandard(file)), FileKind::capture);
  }
  EXPECT_EQ(kind("text"), FileKind::other);
  EXPECT_THAT(error.what, HasSubstr("\"text\""));
  EXPECT_EQ(kind(""), FileKind::other);
  EXPECT_EQ(kind(gzipped("text")), FileKind::other);
  EXPECT_EQ(look_at_file((folder.path() / "missing"), error), FileKind::unreadable);
}

TEST(CaptureFormat, EveryMagicIsKnownBothWaysRound) {
  for (const Order order : {Order::little, Order::big}) {
    for (const std::uint32_t magic : {0xa1b2c3d4U, 0xa1b23c4dU}) {
      EXPECT_EQ(detect_format(u32(order, magic)), CaptureFormat::pcap);
    }
    for (const std::uint32_t magic : {0xa1b2cd34U, 0xa12b3c4dU, 0x1c0001acU, 0x1c0001abU}) {
      EXPECT_EQ(detect_format(u32(order, magic)), CaptureFormat::exotic_pcap);
    }
  }
  EXPECT_EQ(detect_format("\x0a\x0d\x0d\x0a"), CaptureFormat::pcapng);
  EXPECT_EQ(detect_format("\x1f\x8b"), CaptureFormat::gzip);
  EXPECT_EQ(detect_format("\x28\xb5\x2f\xfd"), CaptureFormat::zstd);
  EXPECT_EQ(detect_format("\x5f\x2a\x4d\x18"), CaptureFormat::zstd);
  EXPECT_EQ(detect_format("\xfd\x2f\xb5\x28"), CaptureFormat::unknown);
  EXPECT_EQ(detect_format("\xa1\xb2\xc3"), CaptureFormat::unknown);
  EXPECT_EQ(detect_format(""), CaptureFormat::unknown);
}

}  // namespace
}  // namespace oddport::test
