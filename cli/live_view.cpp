#include "cli/live_view.h"

#include <cstdio>

#include "cli/terminal.h"
#include "report/live_page.h"

namespace oddport {

namespace {

constexpr std::chrono::milliseconds between_pages{250};

}  // namespace

LiveView::LiveView(TextSink& sink, bool probed, std::size_t row_limit)
    : sink_(sink),
      probed_(probed),
      row_limit_(row_limit),
      fold_({}, [](const EndpointRecord&) {}) {}

void LiveView::write(const Observation& observation, const Verdict& verdict) {
  const std::lock_guard lock(mutex_);
  fold_.add(observation, verdict);
}

std::string LiveView::table(std::size_t width, std::size_t rows) {
  MemorySink text;
  const auto writer = make_table_writer(text, {.width = width,
                                               .color = wants_color(stdout),
                                               .charset = terminal_charset(),
                                               .probed = probed_,
                                               .limit = rows});
  const std::lock_guard lock(mutex_);
  fold_.look([&](const EndpointRecord& record) { writer->write(record); });
  writer->finish();
  return text.text();
}

void LiveView::update(const std::vector<std::string>& heading) {
  next_ = Clock::now() + between_pages;
  left_ |= screen_->keys().find_first_of("qQ") != std::string::npos;
  const Screen::Size size = Screen::size();
  screen_->draw(
      live_page({.heading = heading,
                 .findings = table(size.columns, size.rows),
                 .message = said_.empty() ? std::string() : "oddport: " + said_.back().text,
                 .columns = size.columns,
                 .rows = size.rows,
                 .charset = terminal_charset()}));
}

bool LiveView::say(MessageLevel level, const std::string& text) {
  if (screen_ == nullptr) return false;
  said_.push_back({level, text});
  return true;
}

void LiveView::tell_again(Messages& messages) const {
  for (const Said& said : said_) messages.tell(said.level, said.text);
}

void LiveView::finish() {
  screen_.reset();
  sink_.append(table(terminal_width(stdout), row_limit_));
}

}  // namespace oddport
