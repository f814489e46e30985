// Records as an aligned table for people: the oddest first, then by port, each with its reason.
//
// On a window of 100 columns or more the reason is a column of its own; on a narrower one it stands
// below its row, indented so that the labels can be read down the left edge. The rows are kept
// until finish(), at most TableOptions::limit of them, and those that had to go are counted by
// label.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "report/record_writer.h"
#include "triage/tally.h"

namespace oddport {

class TableWriter final : public RecordWriter {
 public:
  TableWriter(TextSink& sink, const TableOptions& options);

  void write(const Observation& observation, const Verdict& verdict) override;
  void write(const EndpointRecord& endpoint) override;
  void finish() override;

 private:
  // Texts are visible already: nothing else reaches the terminal.
  struct Row {
    Label label = Label::unknown;
    PortKey key;
    std::uint64_t sequence = 0;  // settles the order of rows that are alike
    std::string port;
    std::string protocol;
    std::string server;
    std::string client;
    std::string process;  // of a socket of this machine
    std::string reason;
  };
  struct Layout {
    std::size_t label = 0;
    std::size_t port = 0;
    std::size_t protocol = 0;
    std::size_t server = 0;   // 0: no room for the column, the server is told below the row
    std::size_t client = 0;   // 0: likewise
    std::size_t process = 0;  // 0: no row has one
    std::size_t reason = 0;   // 0: the reason stands below the row
  };

  static bool comes_before(const Row& a, const Row& b);
  Row row_of(const Observation& observation, const Verdict& verdict) const;
  void keep(Row row);
  void roll(const Row& row);
  Layout layout() const;
  void write_header(const Layout& layout);
  void write_row(const Row& row, const Layout& layout);
  // What is told below the row where there was no room for a column.
  std::string ends_of(const Row& row, const Layout& layout) const;
  void write_below(const std::string& text, std::size_t indent);
  void write_remainder();
  // The text, padded to the column and followed by the gap to the next.
  void write_cell(const std::string& text, std::size_t width, const char* style);

  TextSink& sink_;
  TableOptions options_;
  bool has_header_ = false;  // only of a rolling table
  std::vector<Row> rows_;    // a heap whose front is the row to go first
  std::uint64_t next_sequence_ = 0;
  std::array<std::uint64_t, labels_odd_first.size()> dropped_{};
};

}  // namespace oddport
