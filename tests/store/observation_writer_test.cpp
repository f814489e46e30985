#include "store/observation_writer.h"

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <new>
#include <string>
#include <thread>

#include "tests/store/temporary_database.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

using testing::TemporaryDatabase;

std::int64_t ask(Store& store, const std::string& query) {
  return store.database().execAndGet(query).getInt64();
}

TEST(ObservationWriter, KeepsEveryFlowOnceHoweverOftenItIsRead) {
  const TemporaryDatabase file;
  for (int reading = 0; reading < 3; ++reading) {
    Store store(file.path(), Store::Missing::is_created);
    ObservationWriter writer(store);
    for (const samples::Flow& flow : {samples::ssh(), samples::mystery(), samples::nfs(),
                                      samples::rlogin(), samples::silent(), samples::hostile()})
      writer.add(flow.observation, flow.verdict);
    writer.finish();
    // ssh, silent and hostile are the same flow of the same ends and time.
    EXPECT_EQ(writer.counts().added, reading == 0 ? 4u : 0u);
    EXPECT_EQ(ask(store, "SELECT count(*) FROM observation"), 4);
    EXPECT_EQ(ask(store, "SELECT sum(flows) FROM service"), 4);
    EXPECT_EQ(ask(store, "SELECT sum(flows) FROM pair"), 4);
  }
}

TEST(ObservationWriter, TheOtherEndAsServerIsTheSameFlow) {
  const TemporaryDatabase file;
  Store store(file.path(), Store::Missing::is_created);
  ObservationWriter writer(store);
  samples::Flow flow = samples::mystery();
  writer.add(flow.observation, flow.verdict);
  flow.observation.turn_around();
  writer.add(flow.observation, flow.verdict);
  EXPECT_EQ(writer.counts().added, 1u);
  EXPECT_EQ(writer.counts().changed, 1u);
  writer.finish();
  EXPECT_EQ(ask(store, "SELECT count(*) FROM service"), 1);
  EXPECT_EQ(ask(store, "SELECT client_bytes FROM service"), 0) << "the newest verdict counts";
}

TEST(ObservationWriter, ANewVerdictTakesThePlaceOfTheOld) {
  const TemporaryDatabase file;
  Store store(file.path(), Store::Missing::is_created);
  samples::Flow flow = samples::mystery();
  {
    ObservationWriter writer(store);
    writer.add(flow.observation, flow.verdict);
    writer.finish();
  }
  flow.verdict.label = Label::unofficial;
  flow.verdict.protocol = "acme-poll";
  flow.verdict.certainty = Certainty::likely;
  ObservationWriter writer(store);
  writer.add(flow.observation, flow.verdict);
  writer.finish();
  EXPECT_EQ(ask(store, "SELECT count(*) FROM observation"), 1);
  EXPECT_EQ(store.database()
                .execAndGet("SELECT protocol FROM service JOIN saying ON saying.id = saying")
                .getString(),
            "acme-poll");
}

TEST(ObservationWriter, AFlowThatWentOnIsKeptOnceAndWhole) {
  const TemporaryDatabase file;
  Store store(file.path(), Store::Missing::is_created);
  ObservationWriter writer(store);
  samples::Flow flow = samples::ssh();
  writer.add(flow.observation, flow.verdict);
  writer.finish();
  flow.observation.last += 5'000'000'000;
  flow.observation.from_client.packets += 40;
  flow.observation.from_client.bytes += 9000;
  writer.add(flow.observation, flow.verdict);
  writer.finish();
  EXPECT_EQ(ask(store, "SELECT count(*) FROM observation"), 1);
  EXPECT_EQ(ask(store, "SELECT sum(flows) FROM service"), 1);
  EXPECT_EQ(ask(store, "SELECT last FROM observation"), flow.observation.last);
  EXPECT_EQ(ask(store, "SELECT client_bytes FROM observation"),
            static_cast<std::int64_t>(flow.observation.from_client.bytes));
  EXPECT_EQ(writer.counts().added, 1u);
  EXPECT_EQ(writer.counts().known, 0u);
}

TEST(ObservationWriter, AScanIsNoClientAndIsKeptToTheMicrosecond) {
  const TemporaryDatabase file;
  Store store(file.path(), Store::Missing::is_created);
  ObservationWriter writer(store);
  samples::Flow flow = samples::ssh();
  flow.observation.source = Source::probe;
  flow.observation.first += 999;
  writer.add(flow.observation, flow.verdict, {.state = Reachability::open});
  flow.observation.first -= 999;  // as a record of it says
  writer.add(flow.observation, flow.verdict, {.state = Reachability::open});
  writer.finish();
  EXPECT_EQ(writer.counts().added, 1u);
  EXPECT_EQ(ask(store, "SELECT sum(flows) FROM service"), 1);
  EXPECT_EQ(ask(store, "SELECT count(*) FROM pair"), 0) << "or a daily scan were a beacon";
}

TEST(ObservationWriter, CommitsWithoutBeingAsked) {
  const TemporaryDatabase file;
  Store store(file.path(), Store::Missing::is_created);
  ObservationWriter writer(store, std::chrono::milliseconds(20));
  const samples::Flow flow = samples::ssh();
  writer.add(flow.observation, flow.verdict);
  for (int i = 0; i < 500; ++i) {
    if (SQLite::Database(file.path(), SQLite::OPEN_READONLY, 5000)
            .execAndGet("SELECT count(*) FROM observation")
            .getInt() == 1)
      return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL() << "nothing was committed";
}

TEST(ObservationWriter, KeepsTheBeginningOfWhatIsUnknown) {
  const TemporaryDatabase file;
  Store store(file.path(), Store::Missing::is_created);
  ObservationWriter writer(store);
  samples::Flow flow = samples::mystery();
  flow.observation.messages = {{.from = Side::client, .bytes = "abc", .wire_length = 3}};
  flow.observation.exchange = {.transport = Transport::udp,
                               .client = "abc",
                               .server = {},
                               .messages = flow.observation.messages};
  for (int i = 0; i < 1100; ++i) {
    ++flow.observation.first;
    writer.add(flow.observation, flow.verdict);
  }
  writer.finish();
  EXPECT_EQ(ask(store, "SELECT count(*) FROM observation"), 1100);
  EXPECT_EQ(ask(store, "SELECT count(*) FROM sample WHERE client = x'616263'"), 1024);
}

TEST(ObservationWriter, SaysWhatItCannotWrite) {
  const TemporaryDatabase file;
  Store store(file.path(), Store::Missing::is_created);
  store.database().exec("PRAGMA max_page_count = 60");
  ObservationWriter writer(store);
  samples::Flow flow = samples::ssh();
  std::string complaint;
  try {
    for (int i = 0; i < 10'000; ++i) {
      ++flow.observation.first;
      writer.add(flow.observation, flow.verdict);
    }
    writer.flush();
  } catch (const std::exception& error) {
    complaint = error.what();
  }
  EXPECT_NE(complaint.find("make room on the disk"), std::string::npos) << complaint;
  EXPECT_EQ(store.database().execAndGet("PRAGMA integrity_check").getString(), "ok");
}

// What two processes share: how many observations the writing one knows to be safe.
class Acknowledged {
 public:
  Acknowledged()
      : place_(mmap(nullptr, sizeof(std::atomic<std::int64_t>), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        count_(new (place_) std::atomic<std::int64_t>(0)) {}
  ~Acknowledged() { munmap(place_, sizeof(std::atomic<std::int64_t>)); }
  Acknowledged(const Acknowledged&) = delete;
  Acknowledged& operator=(const Acknowledged&) = delete;

  std::atomic<std::int64_t>& count() { return *count_; }

 private:
  void* place_;
  std::atomic<std::int64_t>* count_;
};

[[noreturn]] void write_until_killed(const std::string& path, std::int64_t from,
                                     std::atomic<std::int64_t>& acknowledged) {
  Store store(path, Store::Missing::is_created);
  ObservationWriter writer(store);
  samples::Flow flow = samples::ssh();
  flow.observation.first += from;
  for (std::int64_t i = from;; ++i) {
    ++flow.observation.first;
    writer.add(flow.observation, flow.verdict);
    if (i % 7 != 0) continue;
    writer.flush();
    acknowledged = i + 1;
    if (i % 49 == 0) writer.finish();  // so that some die while they add up
  }
}

TEST(ObservationWriter, AKilledProgramLosesNothingThatIsSafe) {
  const TemporaryDatabase file;
  Acknowledged acknowledged;
  for (int round = 0; round < 100; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(file.path(), acknowledged.count(), acknowledged.count());
    const std::int64_t before = acknowledged.count();
    // At another moment each time, and not before something was written.
    for (int i = 0; i < 2000 && acknowledged.count() == before; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(137 * (round % 23)));
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "round " << round;
    Store store(file.path(), Store::Missing::is_an_error);
    ASSERT_EQ(store.database().execAndGet("PRAGMA integrity_check").getString(), "ok");
    ASSERT_GE(ask(store, "SELECT count(*) FROM observation"), acknowledged.count());
  }
  EXPECT_GE(acknowledged.count(), 100);
  Store store(file.path(), Store::Missing::is_an_error);
  ObservationWriter(store).finish();
  EXPECT_EQ(ask(store, "SELECT sum(flows) FROM service"),
            ask(store, "SELECT count(*) FROM observation"));
}

}  // namespace
}  // namespace oddport
