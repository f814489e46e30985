#include "cli/label_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "classify/classifier.h"
#include "classify/ndpi_opinion.h"
#include "classify/talk_builder.h"
#include "cli/exit_status.h"
#include "cli/input_descriptor.h"
#include "cli/input_lines.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/question.h"
#include "cli/terminal.h"
#include "report/escape.h"
#include "report/json_writer.h"

namespace oddport {

namespace {

class LabelRun {
 public:
  explicit LabelRun(const LabelOptions& options)
      : options_(options),
        rules_(gather_rules(options.rules)),
        classifier_(options.watched, rules_.set.empty() ? nullptr : &rules_.set,
                    options.ndpi ? make_ndpi_opinion() : nullptr) {}

  int run();

 private:
  void answer_questions();
  void answer(std::string_view line, std::uint64_t number, RecordWriter& writer);
  void answer_fault(const QuestionFault& fault, std::uint64_t number);
  void label_talk(const LabelledTalk& talk);
  bool add_bytes(Side side, const std::string& path, TalkBuilder& builder);
  void complain(const std::string& where, int error_number);
  int exit_status() const;

  const LabelOptions& options_;
  const std::atomic<bool>& interrupted_ = catch_interrupts();
  FileSink output_{stdout, "standard output"};
  Messages messages_;
  Rules rules_;
  Classifier classifier_;
  QuestionReader reader_;
  Observation seen_;  // its memory is used again and again
  bool incomplete_ = false;
};

void LabelRun::complain(const std::string& where, int error_number) {
  messages_.problem(fmt::format("{}: {}", where, std::generic_category().message(error_number)));
  incomplete_ = true;
}

void LabelRun::answer_questions() {
  const InputDescriptor file(options_.questions);
  if (file.get() < 0) return complain(file.name(), errno);
  const auto writer = make_ndjson_writer(output_);
  // Whoever waits for an answer before asking on must have it.
  InputLines lines(file.get(), interrupted_, [this] { output_.flush(); });
  std::string_view line;
  for (std::uint64_t number = 1; !interrupted_ && !output_.failed(); ++number) {
    const InputLines::Next next = lines.next(line);
    if (next == InputLines::Next::end) break;
    if (next == InputLines::Next::failed) return complain(file.name(), lines.error_number());
    if (next == InputLines::Next::line) {
      answer(line, number, *writer);
    } else {
      answer_fault({fmt::format("is longer than {} bytes", InputLines::most_line), 0}, number);
    }
  }
}

void LabelRun::answer(std::string_view line, std::uint64_t number, RecordWriter& writer) {
  QuestionFault fault;
  if (!reader_.read(line, seen_, fault)) return answer_fault(fault, number);
  const Verdict verdict = classifier_.classify(seen_);
  writer.write(seen_, verdict);
}

void LabelRun::answer_fault(const QuestionFault& fault, std::uint64_t number) {
  incomplete_ = true;
  JsonWriter json(output_.buffer());
  json.begin_object();
  json.text("error", fault.what);
  json.number("line", number);
  if (fault.column > 0) json.number("column", fault.column);
  json.end_object();
  output_.append("\n");
}

bool LabelRun::add_bytes(Side side, const std::string& path, TalkBuilder& builder) {
  if (path.empty()) return true;
  const InputDescriptor file(path);
  std::string bytes(TalkBuilder::most_bytes, '\0');
  std::size_t size = 0;
  std::size_t length = 0;
  ssize_t got = file.get() < 0 ? -1 : 1;
  // What is beyond the bytes that are looked at is read and counted.
  std::array<char, 65536> rest;
  while (got > 0 && !interrupted_) {
    const bool full = size == bytes.size();
    got = full ? ::read(file.get(), rest.data(), rest.size())
               : ::read(file.get(), &bytes[size], bytes.size() - size);
    if (got < 0 && errno == EINTR)
      got = 1;
    else if (got > 0) {
      length += static_cast<std::size_t>(got);
      if (!full) size += static_cast<std::size_t>(got);
    }
  }
  if (got < 0) {
    complain(file.name(), errno);
    return false;
  }
  if (length > 0) builder.add(side, Bytes(bytes).substr(0, size), length);
  return true;
}

void LabelRun::label_talk(const LabelledTalk& talk) {
  const Side first = talk.first.value_or(talk.client_file.empty() ? Side::server : Side::client);
  TalkBuilder builder;
  for (const Side side : {first, other(first)})
    if (!add_bytes(side, side == Side::client ? talk.client_file : talk.server_file, builder))
      return;
  seen_.transport = talk.transport;
  seen_.server = talk.server;
  seen_.client = talk.client;
  seen_.basis = RoleBasis::handshake;
  builder.tell(seen_);
  if (talk.one_sided) seen_.exchange.one_sided = true;
  const Verdict verdict = classifier_.classify(seen_);
  const auto writer = make_writer(options_.format, output_, 1);
  writer->write(seen_, verdict);
  writer->finish();
}

int LabelRun::exit_status() const {
  if (interrupted_) return exit_status::interrupted;
  const bool output_lost = output_.failed() && !output_.reader_left();
  return incomplete_ || rules_.has_errors() || output_lost ? exit_status::incomplete
                                                           : exit_status::done;
}

int LabelRun::run() {
  tell_of_rules(rules_, messages_);
  if (options_.talk)
    label_talk(*options_.talk);
  else
    answer_questions();
  output_.flush();
  if (output_.failed() && !output_.reader_left()) messages_.problem(output_.error());
  return exit_status();
}

}  // namespace

int run_label(const LabelOptions& options) { return LabelRun(options).run(); }

}  // namespace oddport
