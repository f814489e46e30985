#include "host/package.h"

#include <gtest/gtest.h>

#include "tests/temporary_folder.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;

// md5 of "genuine\n" and of "other\n", as md5sum(1) has them.
constexpr const char* genuine_sum = "11ecaafaea642c96d62d2cb227c49d28";

class Package : public ::testing::Test {
 protected:
  Package() {
    root_.file("var/lib/dpkg/status",
               "Package: meterd\nStatus: install ok installed\nVersion: 1:2.3-4\n\n"
               "Package: meterd-extra\nVersion: 9\n\n");
    root_.file("usr/sbin/meterd", "genuine\n");
    list("meterd", "/.\n/usr/sbin\n/usr/sbin/meterd\n");
  }

  void list(const std::string& package, const std::string& files) {
    root_.file("var/lib/dpkg/info/" + package + ".list", files);
  }
  void sums(const std::string& package, const std::string& lines) {
    root_.file("var/lib/dpkg/info/" + package + ".md5sums", lines);
  }
  std::map<std::string, PackageFacts> find(const std::set<std::string>& files) const {
    return find_packages(RootFolder(root_.path()), files);
  }
  PackageFile state_of(const std::string& file) const { return find({file}).at(file).file; }
  std::string owner_of(const std::string& file) const {
    const auto found = find({file});
    return found.contains(file) ? found.at(file).name : "nobody";
  }

  test::TemporaryFolder root_;
};

TEST_F(Package, OwnsWhatItsListNames) {
  const auto found = find({"/usr/sbin/meterd", "/usr/local/bin/rogue"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.at("/usr/sbin/meterd").name, "meterd");
  EXPECT_EQ(found.at("/usr/sbin/meterd").version, "1:2.3-4");
}

TEST_F(Package, ComparesTheChecksum) {
  EXPECT_EQ(state_of("/usr/sbin/meterd"), PackageFile::unchecked);
  sums("meterd", std::string(genuine_sum) + "  usr/sbin/meterd\n");
  EXPECT_EQ(state_of("/usr/sbin/meterd"), PackageFile::intact);
  root_.file("usr/sbin/meterd", "other\n");
  EXPECT_EQ(state_of("/usr/sbin/meterd"), PackageFile::modified);
  fs::remove(root_.path() / "usr/sbin/meterd");
  EXPECT_EQ(state_of("/usr/sbin/meterd"), PackageFile::unchecked);
}

TEST_F(Package, OfAForeignArchitectureHasItsName) {
  list("libmeter:amd64", "/usr/lib/meter/helper\n");
  EXPECT_EQ(owner_of("/usr/lib/meter/helper"), "libmeter");
}

TEST_F(Package, MayListAFileUnderItsNameBeforeTheMergeOfUsr) {
  list("oldmeter", "/bin/oldmeter\n");
  root_.file("usr/bin/oldmeter", "genuine\n");
  sums("oldmeter", std::string(genuine_sum) + "  bin/oldmeter\n");
  EXPECT_EQ(owner_of("/usr/bin/oldmeter"), "oldmeter");
  EXPECT_EQ(state_of("/usr/bin/oldmeter"), PackageFile::intact);
}

TEST_F(Package, ThatDivertedAFileOwnsTheOldPlace) {
  list("meterd-extra", "/usr/sbin/meterd\n");
  root_.file("var/lib/dpkg/diversions",
             "/usr/sbin/meterd\n/usr/sbin/meterd.distrib\nmeterd-extra\n");
  EXPECT_EQ(owner_of("/usr/sbin/meterd"), "meterd-extra");
  EXPECT_EQ(owner_of("/usr/sbin/meterd.distrib"), "meterd");
}

TEST_F(Package, LosesTheOldPlaceToALocalDiversion) {
  root_.file("var/lib/dpkg/diversions", "/usr/sbin/meterd\n/usr/sbin/meterd.real\n:\n");
  EXPECT_EQ(owner_of("/usr/sbin/meterd"), "nobody");
  EXPECT_EQ(owner_of("/usr/sbin/meterd.real"), "meterd");
}

TEST_F(Package, RecordsMayBeDamagedOrMissing) {
  root_.file("var/lib/dpkg/diversions", "/usr/sbin/meterd\n");
  root_.file("var/lib/dpkg/status", "Version: 1\nPackage:\n:::");
  sums("meterd", "\nshort\n11ecaafaea642c96d62d2cb227c49d28 \n");
  EXPECT_EQ(owner_of("/usr/sbin/meterd"), "meterd");
  EXPECT_TRUE(find_packages(RootFolder("/nonexistent"), {"/usr/sbin/meterd"}).empty());
}

// A container's own files must not lead its reader astray.
TEST_F(Package, LinksDoNotLeadOutOfTheRoot) {
  const test::TemporaryFolder outside;
  outside.file("secret.list", "/usr/bin/trap\n");
  fs::remove_all(root_.path() / "var/lib/dpkg/info");
  fs::create_symlink(outside.path(), root_.path() / "var/lib/dpkg/info");
  EXPECT_EQ(owner_of("/usr/bin/trap"), "nobody");
}

TEST_F(Package, APipeInPlaceOfAFileIsNotWaitedFor) {
  fs::remove(root_.path() / "var/lib/dpkg/status");
  ASSERT_EQ(::mkfifo((root_.path() / "var/lib/dpkg/status").c_str(), 0600), 0);
  EXPECT_EQ(owner_of("/usr/sbin/meterd"), "meterd");
}

// On Debian itself: dpkg's own word for it.
TEST(PackageHere, OwnsTheProgramsOfThisMachine) {
  const auto found = find_packages(RootFolder("/"), {"/usr/bin/dpkg", "/usr/bin/dash"});
  if (found.empty()) GTEST_SKIP() << "no Debian packages on this machine";
  EXPECT_EQ(found.at("/usr/bin/dpkg").name, "dpkg");
  EXPECT_EQ(found.at("/usr/bin/dash").name, "dash");
  EXPECT_EQ(found.at("/usr/bin/dash").file, PackageFile::intact);
  EXPECT_NE(found.at("/usr/bin/dash").version, "");
}

}  // namespace
}  // namespace oddport
