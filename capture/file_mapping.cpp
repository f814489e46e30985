// A page of a mapping that the file no longer has raises SIGBUS in whoever reads it. The handler here puts a page of zeros
// in its place and marks the mapping; whoever reads asks afterwards whether the mapping is still intact. What is not
// about one of our mappings goes to the handler that was there before.
#include "capture/file_mapping.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <mutex>
#include <utility>

namespace oddport {
namespace {

// What the handler knows of a mapping; it may only look at what is lock-free.
struct Guard {
  std::atomic<bool> taken{false};
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};
  std::atomic<bool> lost{false};
};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);

// More mappings than this at a time are refused.
constexpr std::size_t most_guards = 16;
constexpr std::size_t no_guard = most_guards;
constinit std::array<Guard, most_guards> guards;
struct sigaction previous_action {};
std::uintptr_t page_size = 0;

bool put_zeros(std::uintptr_t address) {
  const std::uintptr_t page = address & ~(page_size - 1);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the address is all that the signal tells
  return ::mmap(reinterpret_cast<void*>(page), page_size, PROT_READ,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
}

void on_bus_error(int, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (Guard& guard : guards) {
    if (address < guard.begin.load() || address >= guard.end.load()) continue;
    guard.lost.store(true);
    if (put_zeros(address)) return;
  }
  ::sigaction(SIGBUS, &previous_action, nullptr);  // the same access fails again, and is theirs
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    ::sigaction(SIGBUS, &action, &previous_action);
  });
}

std::size_t take_guard() {
  const auto free =
      std::ranges::find_if(guards, [](Guard& guard) { return !guard.taken.exchange(true); });
  return static_cast<std::size_t>(free - guards.begin());
}

void release_guard(std::size_t index) {
  Guard& guard = guards[index];
  guard.end.store(0);
  guard.begin.store(0);
  guard.lost.store(false);
  guard.taken.store(false);
}

}  // namespace

std::optional<FileMapping> FileMapping::map(int descriptor, std::uint64_t offset,
                                            std::size_t length) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  install_handler();
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::size_t shown = std::min<std::uint64_t>(length, size - std::min(size, offset));
  FileMapping mapping;
  mapping.guard_ = no_guard;
  if (shown == 0) return mapping;
  const std::size_t lead = offset & (page_size - 1);
  mapping.guard_ = take_guard();
  if (mapping.guard_ == no_guard) return std::nullopt;
  void* pages = ::mmap(nullptr, lead + shown, PROT_READ, MAP_SHARED, descriptor,
                       static_cast<off_t>(offset - lead));
  if (pages == MAP_FAILED) {
    release_guard(mapping.guard_);
    return std::nullopt;
  }
  mapping.pages_ = pages;
  mapping.size_ = lead + shown;
  mapping.shown_ = Bytes(static_cast<const char*>(pages), mapping.size_).substr(lead);
  const auto begin = reinterpret_cast<std::uintptr_t>(pages);
  guards[mapping.guard_].begin.store(begin);
  guards[mapping.guard_].end.store((begin + mapping.size_ + page_size - 1) & ~(page_size - 1));
  return mapping;
}

FileMapping::FileMapping(FileMapping&& other) noexcept
    : pages_(std::exchange(other.pages_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      shown_(std::exchange(other.shown_, {})),
      guard_(std::exchange(other.guard_, no_guard)) {}

FileMapping& FileMapping::operator=(FileMapping&& other) noexcept {
  std::swap(pages_, other.pages_);
  std::swap(size_, other.size_);
  std::swap(shown_, other.shown_);
  std::swap(guard_, other.guard_);
  return *this;
}

FileMapping::~FileMapping() {
  if (pages_ == nullptr) return;
  release_guard(guard_);
  ::munmap(pages_, size_);
}

bool FileMapping::intact() const { return guard_ == no_guard || !guards[guard_].lost.load(); }

}  // namespace oddport
