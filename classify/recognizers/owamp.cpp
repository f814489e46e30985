// OWAMP and TWAMP: the delay between two hosts, measured one way or both ways.
//
// RFC 4656, section 3, and RFC 5357, section 3 (control, over TCP; the server greets): 12 unused
// bytes, modes (4), challenge of 16, salt of 16, count (4: a power of two, 1024 or more), 12 zero
// bytes. The client chooses: mode (4), key id of 80, token of 64, vector of 16. Then requests of 16
// bytes and more by number: 1 a session of OWAMP, 5 one of TWAMP, 2 start, 3 stop.
//
// RFC 5357, section 4, and RFC 8762 (test, over UDP): sequence number (4), time (8), error estimate
// (2), padding. The reflector's answer goes on with two zero bytes, the time of arrival (8) and a
// copy of the sender's first 14 bytes.
#include <array>
#include <bit>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t greeting_size = 64;
constexpr std::size_t choice_size = 164;

struct Greeting {
  bool fits = false;
  std::uint32_t modes = 0;
};

Greeting read_greeting(Bytes said) {
  ByteReader reader{said};
  const Bytes unused = reader.take(12);
  const std::uint32_t modes = reader.u32();
  const Bytes challenge = reader.take(16);
  const Bytes salt = reader.take(16);
  const std::uint32_t count = reader.u32();
  const Bytes reserved = reader.take(12);
  const bool fits = reader && is_zero(unused) && is_zero(reserved) && modes < 0x10000 &&
                    count >= 1024 && std::has_single_bit(count) && count <= 1u << 31 &&
                    count_different(challenge) >= 8 && count_different(salt) >= 8;
  return {.fits = fits, .modes = modes};
}

// Whether it is a greeting at all without its random fields: some servers leave those zero where no
// key is needed.
bool is_bare_greeting(Bytes said) {
  ByteReader reader{said};
  const Bytes unused = reader.take(12);
  const std::uint32_t modes = reader.u32();
  reader.skip(32);
  const std::uint32_t count = reader.u32();
  const Bytes reserved = reader.take(12);
  return reader && is_zero(unused) && is_zero(reserved) && modes != 0 && modes < 0x10000 &&
         (count == 0 || std::has_single_bit(count));
}

struct Choice {
  bool fits = false;
  std::uint32_t mode = 0;
  std::uint8_t command = 0;  // 0: none was seen, or it is encrypted
};

Choice read_choice(Bytes said) {
  ByteReader reader{said};
  Choice choice;
  choice.mode = reader.u32();
  const Bytes key = reader.take(80);
  const Bytes secrets = reader.take(80);
  const std::uint32_t security = choice.mode & 0xf;
  const bool one = security == 1 || security == 2 || security == 4 || security == 8;
  const bool open = security == 1;
  choice.fits = reader && one && choice.mode < 0x10000 && is_text(until_nul(key)) &&
                (open || (!key.starts_with('\0') && !is_zero(secrets)));
  // Who needs no key leaves the fields zero, and that is how it is told.
  if (open && (!is_zero(key) || !is_zero(secrets))) choice.fits = false;
  if (choice.fits && open) choice.command = reader.u8();
  return choice;
}

Match named(Match match, std::string_view protocol) {
  if (match) match.protocol = protocol;
  return match;
}

// Modes from 8 on, and requests of number 5, are TWAMP's alone.
std::string_view name_for(std::uint32_t modes, std::uint8_t command) {
  return modes > 7 || command == 5 ? "twamp" : "owamp";
}

Match recognize_control(const Exchange& seen) {
  const Greeting greeting = read_greeting(seen.server);
  const Choice choice = read_choice(seen.client);
  const bool greets = greeting.fits || is_bare_greeting(seen.server);
  if (greets && choice.fits)
    return named(confirmed("server greets with modes {:x}, client chooses {:x}", greeting.modes,
                           choice.mode),
                 name_for(greeting.modes | choice.mode, choice.command));
  if (greeting.fits && (seen.client.empty() || seen.client.size() < choice_size))
    return named(confirmed("server greets with modes {:x}", greeting.modes),
                 name_for(greeting.modes, 0));
  if (choice.fits && seen.server.empty() && (choice.command == 1 || choice.command == 5))
    return named(likely("client chooses mode {:x}", choice.mode),
                 name_for(choice.mode, choice.command));
  return {};
}

struct Probe {
  std::uint32_t number = 0;
  std::uint64_t time = 0;
  std::uint16_t error = 0;
  explicit operator bool() const { return time != 0; }
};

// Seconds since 1900: from 2001 to 2036; the time of a clock that was never set counts from 1970 or 0.
bool is_time(std::uint64_t time) { return time >> 32 >= 0xbd000000; }

Probe read_probe(Bytes packet) {
  ByteReader reader{packet};
  Probe probe{.number = reader.u32(), .time = reader.u64(), .error = reader.u16()};
  if (!reader || probe.number >= 1u << 24 || probe.error == 0 || !is_time(probe.time)) return {};
  return probe;
}

// The answer's copy of the question, behind 24 bytes of its own.
bool reflects(Bytes answer, Bytes question) {
  ByteReader reader{answer};
  reader.skip(14);
  const std::uint16_t zero = reader.u16();
  const std::uint64_t arrived = reader.u64();
  const Bytes copy = reader.take(14);
  return reader && zero == 0 && is_time(arrived) && copy == question.substr(0, 14);
}

Match recognize_test(const Exchange& seen) {
  unsigned probes = 0;
  unsigned steps = 0;
  Probe last;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    if (message.from != seen.messages.front().from) continue;
    const Probe probe = read_probe(message.bytes);
    if (!probe || message.wire_length < 14) return {};
    if (last && probe.number == last.number + 1 && probe.time > last.time &&
        probe.error == last.error)
      ++steps;
    ++probes;
    last = probe;
  }
  if (probes == 0) return {};
  for (const Message& message : seen.messages)
    if (message.from != seen.messages.front().from &&
        reflects(message.bytes, seen.messages.front().bytes))
      return named(confirmed("a test packet and its reflection"), "twamp-test");
  if (steps >= 2 && steps + 1 == probes)
    return named(likely("{} test packets in sequence", probes), "twamp-test");
  return {};
}

Match recognize(const Exchange& seen) {
  return seen.transport == Transport::tcp ? recognize_control(seen) : recognize_test(seen);
}

constexpr Home homes[] = {
    {.port = 861, .service = "owamp-control"},
    {.port = 861, .transport = Transport::udp, .service = "owamp-test"},
    {.port = 862, .service = "twamp-control"},
    {.port = 862, .transport = Transport::udp, .service = "twamp-test"},
};

constexpr std::string_view also[] = {"twamp", "twamp-test"};

constexpr Bytes zeros =
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
constexpr Bytes owamp_greeting =
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x07"
    "a challenge of16and salt, of 16.\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
constexpr Bytes twamp_greeting =
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0f"
    "a challenge of16and salt, of 16.\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr Example examples[] = {
    {.about = "a server of OWAMP",
     .server = owamp_greeting,
     .first = Side::server,
     .transport = Transport::tcp},
    {.about = "a server of TWAMP",
     .server = twamp_greeting,
     .first = Side::server,
     .protocol = "twamp",
     .transport = Transport::tcp},
    {.about = "a test packet and its reflection",
     .client =
         "\0\0\0\0\xe9\x1a\x2b\x3c\x4d\x5e\x6f\x70\x80\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server =
         "\0\0\0\0\xe9\x1a\x2b\x3c\x5d\x5e\x6f\x70\x80\x01\0\0\xe9\x1a\x2b\x3c\x55\x5e\x6f\x70"
         "\0\0\0\0\xe9\x1a\x2b\x3c\x4d\x5e\x6f\x70\x80\x01\0\0\xff"_b,
     .protocol = "twamp-test",
     .transport = Transport::udp},
    {.about = "a refusal to speak: no modes, no challenge",
     .server = zeros.substr(0, greeting_size),
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a count that is no power of two",
     .server = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x07"
               "a challenge of16and salt, of 16.\0\0\x04\x01\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "one test packet",
     .client = "\0\0\0\0\xe9\x1a\x2b\x3c\x4d\x5e\x6f\x70\x80\x01\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
};

}  // namespace

extern const Recognizer owamp;
constinit const Recognizer owamp{
    .name = "owamp",
    .title = "OWAMP",
    .transports = Transports::both,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 4656, section 3; RFC 5357",
    .also = also,
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
