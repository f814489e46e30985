// Writes observations and their verdicts into a store: each once, one transaction a second, whatever happens to the program.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "store/store.h"
#include "triage/sighting.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own
class Statement;
}

namespace oddport {

struct WriteCounts {
  std::uint64_t added = 0;
  std::uint64_t known = 0;    // kept already, and judged the same
  std::uint64_t changed = 0;  // kept already, and judged anew
};

// May be used from any thread, one at a time; commits on a thread of its own as well. What SQLite complains of is thrown as StoreError by the
// next call.
class ObservationWriter {
 public:
  // How long an observation may wait for its commit, while the program lives.
  static constexpr std::chrono::milliseconds usual_delay{1000};

  // The store must outlive the writer and serve nobody else meanwhile.
  explicit ObservationWriter(Store& store, std::chrono::milliseconds delay = usual_delay);
  // Commits; an error is then lost: call finish() first.
  ~ObservationWriter();
  ObservationWriter(const ObservationWriter&) = delete;
  ObservationWriter& operator=(const ObservationWriter&) = delete;

  // A flow may come again, longer or judged otherwise: it is kept once. Nothing of the arguments is kept by reference.
  void add(const Observation& observation, const Verdict& verdict, Sighting sighting = {});
  // When it returns, everything added so far survives the end of the program.
  void flush();
  // flush(), and brings the sums up to date that triage reads.
  void finish();
  const WriteCounts& counts() const { return counts_; }

 private:
  struct Statements;
  // Numbers of rows that were met lately, by their content.
  using Memo = std::unordered_map<std::string, std::int64_t>;

  void commit_now();
  void keep_time(const std::stop_token& stop);
  void take_back();
  template <typename Insert>
  std::int64_t look_up(Memo& memo, std::string key, const Insert& insert);
  std::int64_t endpoint_of(const Observation& observation, const Verdict& verdict);
  std::int64_t saying_of(const Observation& observation, const Verdict& verdict,
                         const Sighting& sighting);
  std::int64_t origin_of(std::string_view origin);
  std::int64_t note_of(const Verdict& verdict);
  void insert(const Observation& observation, const Verdict& verdict, const Sighting& sighting);
  int bind_row(SQLite::Statement& row, const Observation& observation, const Verdict& verdict,
               std::int64_t endpoint, std::int64_t saying);
  bool revise(const Observation& observation, const Verdict& verdict, std::int64_t endpoint,
              std::int64_t saying, std::uint64_t key);
  void sample(const Observation& observation, const Verdict& verdict, std::int64_t endpoint,
              std::int64_t id);

  Store& store_;
  std::chrono::milliseconds delay_;
  std::unique_ptr<Statements> statements_;
  WriteCounts counts_;
  Memo endpoints_;
  Memo sayings_;
  Memo origins_;
  Memo notes_;
  std::unordered_map<std::int64_t, std::uint32_t> sampled_;  // by endpoint, named flows apart
  std::mutex mutex_;
  std::condition_variable_any opened_;
  bool open_ = false;  // a transaction is
  std::chrono::steady_clock::time_point opened_at_;
  std::exception_ptr failure_;
  std::jthread keeper_;  // last: it uses all others
};

}  // namespace oddport
