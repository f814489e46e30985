#include "cli/enrich_command.h"

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <system_error>

#include "cli/exit_status.h"
#include "cli/input_descriptor.h"
#include "cli/input_lines.h"
#include "cli/interrupt.h"
#include "cli/log_enricher.h"
#include "cli/messages.h"
#include "cli/terminal.h"
#include "report/escape.h"

namespace oddport {

namespace {

// Of each kind of fault that lines have, so many are told one by one; the others are counted.
constexpr std::uint64_t most_told = 20;

class EnrichRun {
 public:
  explicit EnrichRun(const EnrichOptions& options)
      : options_(options),
        rules_(gather_rules(options.rules)),
        classifier_(options.watched, rules_.set.empty() ? nullptr : &rules_.set),
        enricher_(classifier_, options.watched) {}

  int run();

 private:
  void enrich_lines(const InputDescriptor& log);
  void complain(std::string_view where, std::string_view what);
  int exit_status() const;

  const EnrichOptions& options_;
  const std::atomic<bool>& interrupted_ = catch_interrupts();
  FileSink output_{stdout, "standard output"};
  Messages messages_;
  Rules rules_;
  Classifier classifier_;
  LogEnricher enricher_;
  std::uint64_t faults_ = 0;
};

void EnrichRun::complain(std::string_view where, std::string_view what) {
  if (++faults_ > most_told) return;
  messages_.problem(fmt::format("{}: {}", where, what));
}

void EnrichRun::enrich_lines(const InputDescriptor& log) {
  InputLines lines(log.get(), interrupted_, [this] { output_.flush(); });
  std::string_view line;
  for (std::uint64_t number = 1; !interrupted_ && !output_.failed(); ++number) {
    const InputLines::Next next = lines.next(line);
    if (next == InputLines::Next::end) return;
    if (next == InputLines::Next::failed)
      return complain(log.name(), std::generic_category().message(lines.error_number()));
    const std::string where = fmt::format("{}:{}", log.name(), number);
    if (next == InputLines::Next::too_long) {
      complain(where, fmt::format("the line is left out: it is longer than {} bytes",
                                  InputLines::most_line));
      continue;
    }
    const std::string fault = enricher_.add(line, output_.buffer());
    output_.commit();
    if (!fault.empty()) complain(where, "passed on as it is: the line " + fault);
  }
}

int EnrichRun::exit_status() const {
  if (interrupted_) return exit_status::interrupted;
  const bool output_lost = output_.failed() && !output_.reader_left();
  return faults_ > 0 || rules_.has_errors() || output_lost ? exit_status::incomplete
                                                           : exit_status::done;
}

int EnrichRun::run() {
  tell_of_rules(rules_, messages_);
  const InputDescriptor log(options_.log);
  if (log.get() < 0)
    complain(log.name(), std::generic_category().message(errno));
  else
    enrich_lines(log);
  output_.flush();
  if (faults_ > most_told)
    messages_.problem(fmt::format("{} more lines could not be enriched", faults_ - most_told));
  if (output_.failed() && !output_.reader_left()) messages_.problem(output_.error());
  return exit_status();
}

}  // namespace

int run_enrich(const EnrichOptions& options) { return EnrichRun(options).run(); }

}  // namespace oddport
