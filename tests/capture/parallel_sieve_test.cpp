// What a crew reads of a file must be what reading record by record gives, whatever the bytes are.
#include "capture/parallel_sieve.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

#include "capture/byte_stream.h"
#include "capture/pcap_reader.h"
#include "capture/port_peek.h"
#include "capture/sieve.h"
#include "tests/capture/memory_stream.h"
#include "tests/temporary_folder.h"

namespace oddport {
namespace {

using test::MemoryStream;

void add_u32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift);
}

std::string file_header() {
  std::string bytes("\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0"_b);
  add_u32(bytes, 65535);
  add_u32(bytes, 1);
  return bytes;
}

// Ethernet, IPv4, UDP from `source` to port 9, filled up to `size` octets with what looks like record headers.
std::string datagram(std::uint16_t source, std::size_t size, std::uint32_t seconds) {
  std::string bytes(42, '\0');
  bytes[12] = 8;
  bytes[14] = 0x45;
  bytes[23] = 17;
  bytes[34] = static_cast<char>(source >> 8);
  bytes[35] = static_cast<char>(source);
  bytes[37] = 9;
  while (bytes.size() < size) {
    add_u32(bytes, seconds);
    add_u32(bytes, 7);
    add_u32(bytes, 40);
    add_u32(bytes, 40);
  }
  bytes.resize(std::max<std::size_t>(size, 42));
  return bytes;
}

class Captures {
 public:
  std::string next(std::size_t packets, std::size_t longest) {
    std::string bytes = file_header();
    for (std::size_t n = 0; n < packets; ++n) {
      const auto port = static_cast<std::uint16_t>(random_() % 5 == 0 ? 596 : 8080);
      const auto seconds = static_cast<std::uint32_t>(1'700'000'000 + n / 50);
      const std::string frame = datagram(port, random_() % longest, seconds);
      add_u32(bytes, seconds);
      add_u32(bytes, static_cast<std::uint32_t>(random_() % 1'000'000));
      add_u32(bytes, static_cast<std::uint32_t>(frame.size()));
      add_u32(bytes, static_cast<std::uint32_t>(frame.size() + random_() % 2));
      bytes += frame;
    }
    return bytes;
  }
  // Some octets of it changed, or its end missing.
  std::string damaged(std::string bytes) {
    if (random_() % 3 == 0) bytes.resize(24 + random_() % (bytes.size() - 24));
    for (unsigned n = random_() % 4; n > 0; --n)
      bytes[24 + random_() % (bytes.size() - 24)] ^= static_cast<char>(1 << random_() % 8);
    return bytes;
  }
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

 private:
  std::mt19937 random_{596};
};

struct Outcome {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::string selected;  // times, lengths and octets of what was selected
  std::string errors;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::unique_ptr<PcapReader> open(std::unique_ptr<ByteStream> stream) {
  ReadError error;
  return PcapReader::open(ByteWindow(std::move(stream)), "file", error);
}

std::unique_ptr<PcapReader> open(const std::string& file) {
  return open(std::make_unique<MemoryStream>(file));
}

void note(const Packet& packet, Outcome& outcome) {
  outcome.selected += std::to_string(packet.time) + ' ' + std::to_string(packet.wire_length);
  outcome.selected += packet.bytes;
}

void note(const std::vector<ReadError>& errors, Outcome& outcome) {
  for (const ReadError& told : errors)
    outcome.errors += std::to_string(told.offset) + ' ' + told.what + '\n';
}

Outcome one_by_one(const std::string& file) {
  const auto reader = open(file);
  const PortSet ports = ports_to_decode(PortSet::watched_by_default());
  Outcome outcome;
  std::vector<Packet> selection;
  for (;;) {
    selection.clear();
    const Passed passed = reader->PacketSource::select_next(ports, selection);
    if (passed.packets == 0) break;
    outcome.packets += passed.packets;
    outcome.bytes += passed.bytes;
    for (const Packet& packet : selection) note(packet, outcome);
  }
  note(reader->errors(), outcome);
  return outcome;
}

Outcome in_stretches(const std::unique_ptr<PcapReader>& reader, std::uint64_t stretch) {
  Outcome outcome;
  Crew crew(3);
  Sieve sieve(*reader, PortSet::watched_by_default(), crew, stretch);
  std::uint64_t position = 0;
  while (const PacketBatch* batch = sieve.next()) {
    outcome.packets += batch->packets_read;
    outcome.bytes += batch->bytes_read;
    for (const Packet& packet : batch->packets) note(packet, outcome);
    EXPECT_GE(batch->position, position);
    position = batch->position;
  }
  note(reader->errors(), outcome);
  return outcome;
}

Outcome in_stretches(const std::string& file, std::uint64_t stretch) {
  return in_stretches(open(file), stretch);
}

// From memory every stretch is copied; from a folder it is mapped.
Outcome mapped_in_stretches(const std::string& file, std::uint64_t stretch) {
  const test::TemporaryFolder folder;
  std::string failure;
  return in_stretches(open(open_byte_stream(folder.file("capture", file), failure)), stretch);
}

TEST(ParallelSieve, GivesWhatReadingOneByOneGives) {
  Captures captures;
  for (const std::size_t longest : {60u, 300u, 1500u, 9000u}) {
    const std::string file = captures.next(3000, longest);
    const Outcome expected = one_by_one(file);
    ASSERT_EQ(expected.packets, 3000u);
    ASSERT_FALSE(expected.selected.empty());
    for (const std::uint64_t stretch : {longest, std::size_t{20'000}, std::size_t{100'000}}) {
      EXPECT_EQ(in_stretches(file, stretch), expected) << longest << ' ' << stretch;
      EXPECT_EQ(mapped_in_stretches(file, stretch), expected) << longest << ' ' << stretch;
    }
  }
}

TEST(ParallelSieve, GivesTheSameOfDamagedFiles) {
  Captures captures;
  for (int round = 0; round < 300; ++round) {
    const std::string file =
        captures.damaged(captures.next(1 + captures.pick(300), 43 + captures.pick(2000)));
    const std::uint64_t stretch = 50 + captures.pick(20'000);
    const Outcome expected = one_by_one(file);
    EXPECT_EQ(in_stretches(file, stretch), expected) << round;
    EXPECT_EQ(mapped_in_stretches(file, stretch), expected) << round;
  }
}

// Records that span several stretches, more than one piece of a stretch, and more than is read in parts at all.
TEST(ParallelSieve, GivesTheSameOfLongRecords) {
  Captures captures;
  for (const std::size_t longest : {30'000u, 200'000u}) {
    const std::string file = captures.next(60, longest);
    EXPECT_EQ(in_stretches(file, 4096), one_by_one(file)) << longest;
    EXPECT_EQ(mapped_in_stretches(file, 4096), one_by_one(file)) << longest;
  }
  std::string file = file_header();
  const std::uint32_t snaplen = 16 << 20;
  file.replace(16, 4, std::string("\0\0\0\x01"_b));
  for (const std::size_t size : {50u, 3u << 20, 60u, 300'000u}) {
    ASSERT_LE(size, snaplen);
    for (const std::uint32_t word : {1'700'000'000u, 5u, std::uint32_t(size), std::uint32_t(size)})
      add_u32(file, word);
    file += datagram(596, size, 1'700'000'000);
  }
  const Outcome expected = one_by_one(file);
  EXPECT_EQ(expected.packets, 4u);
  EXPECT_EQ(in_stretches(file, 100'000), expected);
  EXPECT_EQ(mapped_in_stretches(file, 100'000), expected);
}

// A file that is cut as soon as something of it is mapped.
class Shrinking final : public ByteStream {
 public:
  Shrinking(const std::string& path, std::uint64_t left)
      : path_(path), left_(left), file_(open_byte_stream(path, failure_)) {}

  std::size_t read(std::span<char> space) override { return file_->read(space); }
  const std::string& failure() const override { return file_->failure(); }
  std::uint64_t position() const override { return file_->position(); }
  std::uint64_t size() const override { return file_->size(); }
  bool is_seekable() const override { return true; }
  std::size_t read_at(std::uint64_t offset, std::span<char> space) const override {
    return file_->read_at(offset, space);
  }
  std::optional<FileMapping> map(std::uint64_t offset, std::size_t length) const override {
    auto mapping = file_->map(offset, length);
    std::call_once(once_, [this] { std::filesystem::resize_file(path_, left_); });
    return mapping;
  }
  void seek(std::uint64_t offset) override { file_->seek(offset); }

 private:
  std::string path_;
  std::uint64_t left_;
  std::string failure_;
  std::unique_ptr<ByteStream> file_;
  mutable std::once_flag once_;
};

TEST(ParallelSieve, GivesWhatIsLeftOfAFileThatShrinks) {
  Captures captures;
  const std::string file = captures.next(20'000, 300);
  for (const std::size_t left : {std::size_t{30'000}, std::size_t{1'000'001}, file.size() - 1}) {
    const test::TemporaryFolder folder;
    const auto reader = open(std::make_unique<Shrinking>(folder.file("capture", file), left));
    EXPECT_EQ(in_stretches(reader, 200'000), one_by_one(file.substr(0, left))) << left;
  }
}

TEST(ParallelSieve, IsForFilesAlone) {
  Captures captures;
  const std::string file = captures.next(300, 300);
  const PortSet ports = ports_to_decode(PortSet::watched_by_default());
  Crew crew(1);
  EXPECT_NE(ParallelSieve::over(*open(file), ports, crew, 1000), nullptr);
  EXPECT_EQ(ParallelSieve::over(*open(file), ports, crew, file.size()), nullptr) << "too short";
  ReadError error;
  const auto pipe =
      PcapReader::open(ByteWindow(std::make_unique<MemoryStream>(file, 100)), "pipe", error);
  EXPECT_EQ(ParallelSieve::over(*pipe, ports, crew, 1000), nullptr);
}

// A file of which one stretch cannot be read, and breaks whoever tries.
class Broken : public PacketSource {
 public:
  std::span<const Packet> next_batch() override { return {}; }
  const std::vector<ReadError>& errors() const override { return errors_; }
  std::uint64_t position() const override { return 0; }
  std::uint64_t size() const override { return 10'000; }
  std::unique_ptr<StretchReader> stretch_reader(const PortSet& /*to_decode*/) const override {
    return std::make_unique<Reader>();
  }

 private:
  class Reader : public StretchReader {
   public:
    Stretch read(std::uint64_t from, std::uint64_t to, bool, PacketBatch& batch) override {
      if (from == 3000) throw std::runtime_error("no memory is left");
      batch.packets_read = 1;
      return {from, to};
    }
  };
  std::vector<ReadError> errors_;
};

TEST(ParallelSieve, HandsOnWhatAReadingThreadThrew) {
  Broken source;
  Crew crew(2);
  Sieve sieve(source, PortSet::watched_by_default(), crew, 1000);
  for (int stretch = 0; stretch < 3; ++stretch) ASSERT_NE(sieve.next(), nullptr) << stretch;
  EXPECT_THROW(sieve.next(), std::runtime_error);
  // Nothing is waited for any more.
  while (const PacketBatch* batch = sieve.next()) EXPECT_EQ(batch->packets_read, 0u);
}

TEST(ParallelSieve, CanBeLeftAtAnyTime) {
  Captures captures;
  const std::string file = captures.next(2000, 300);
  for (int batches = 0; batches < 6; ++batches) {
    const auto reader = open(file);
    Crew crew(2);
    Sieve sieve(*reader, PortSet::watched_by_default(), crew, 5000);
    for (int i = 0; i < batches; ++i) ASSERT_NE(sieve.next(), nullptr);
  }
}

}  // namespace
}  // namespace oddport
