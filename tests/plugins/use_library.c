/* The library from C11: what it says of bytes, of a small capture and of a port, and how it takes bad arguments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oddport.h"

static int faults = 0;

#define EXPECT(condition)                                                     \
  do {                                                                        \
    if (!(condition)) {                                                       \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      ++faults;                                                               \
    }                                                                         \
  } while (0)

static int same(const char* a, const char* b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static struct oddport_talk banner_talk(struct oddport_message* message) {
  static const char banner[] = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";
  struct oddport_talk talk = {0};
  memset(message, 0, sizeof *message);
  message->from = ODDPORT_SERVER;
  message->bytes = banner;
  message->length = sizeof banner - 1;
  talk.size = sizeof talk;
  talk.transport = ODDPORT_TCP;
  talk.server_port = 596;
  talk.messages = message;
  talk.message_count = 1;
  return talk;
}

static void label_a_banner(const oddport_classifier* classifier) {
  struct oddport_message message;
  const struct oddport_talk talk = banner_talk(&message);
  oddport_verdict* verdict = NULL;
  EXPECT(oddport_classify(classifier, &talk, &verdict) == ODDPORT_OK);
  if (verdict == NULL) return;
  EXPECT(same(oddport_verdict_label(verdict), "unofficial"));
  EXPECT(same(oddport_verdict_protocol(verdict), "ssh"));
  EXPECT(same(oddport_verdict_certainty(verdict), "confirmed"));
  EXPECT(same(oddport_verdict_era(verdict), "current"));
  EXPECT(same(oddport_verdict_role(verdict), "service"));
  EXPECT(same(oddport_verdict_assignment(verdict), "ghost"));
  EXPECT(same(oddport_verdict_service(verdict), "smsd"));
  EXPECT(oddport_verdict_port(verdict) == 596);
  EXPECT(oddport_verdict_turned(verdict) == 0);
  EXPECT(strstr(oddport_verdict_reason(verdict), "OpenSSH_9.2p1") != NULL);
  EXPECT(oddport_verdict_evidence(verdict, 0) != NULL);
  EXPECT(oddport_verdict_evidence(verdict, 1000) == NULL);
  EXPECT(oddport_verdict_trait(verdict, 0) == NULL);
  EXPECT(oddport_verdict_rule(verdict, 0) == NULL);
  oddport_verdict_free(verdict);
}

static void settle_who_serves(const oddport_classifier* classifier) {
  struct oddport_message message;
  struct oddport_talk talk = banner_talk(&message);
  oddport_verdict* verdict = NULL;
  message.from = ODDPORT_CLIENT;
  talk.client_port = 596;
  talk.server_port = 40000;
  talk.roles_guessed = 1;
  EXPECT(oddport_classify(classifier, &talk, &verdict) == ODDPORT_OK);
  if (verdict == NULL) return;
  EXPECT(oddport_verdict_turned(verdict) == 1);
  EXPECT(same(oddport_verdict_role(verdict), "service"));
  oddport_verdict_free(verdict);
}

static void refuse_bad_arguments(const oddport_classifier* classifier) {
  struct oddport_message message;
  struct oddport_talk talk = banner_talk(&message);
  struct oddport_settings settings = {0};
  oddport_verdict* verdict = NULL;
  oddport_classifier* none = NULL;
  oddport_flows* flows = NULL;
  oddport_port* port = NULL;
  char* problems = NULL;
  EXPECT(oddport_classify(NULL, &talk, &verdict) == ODDPORT_BAD_ARGUMENT && verdict == NULL);
  EXPECT(oddport_classify(classifier, NULL, &verdict) == ODDPORT_BAD_ARGUMENT);
  EXPECT(oddport_classify(classifier, &talk, NULL) == ODDPORT_BAD_ARGUMENT);
  talk.transport = 7;
  EXPECT(oddport_classify(classifier, &talk, &verdict) == ODDPORT_BAD_ARGUMENT);
  talk.transport = ODDPORT_TCP;
  talk.size = 4;
  EXPECT(oddport_classify(classifier, &talk, &verdict) == ODDPORT_BAD_ARGUMENT);
  talk.size = sizeof talk;
  message.bytes = NULL;
  EXPECT(oddport_classify(classifier, &talk, &verdict) == ODDPORT_BAD_ARGUMENT);
  settings.size = sizeof settings;
  settings.ports = "five hundred";
  EXPECT(oddport_classifier_new(&settings, &none, &problems) == ODDPORT_BAD_ARGUMENT);
  EXPECT(none == NULL && problems != NULL && strstr(problems, "five hundred") != NULL);
  oddport_text_free(problems);
  EXPECT(oddport_flows_new(NULL, &flows) == ODDPORT_BAD_ARGUMENT && flows == NULL);
  EXPECT(oddport_port_new(596, 9, &port) == ODDPORT_BAD_ARGUMENT && port == NULL);
  oddport_classifier_free(NULL);
  oddport_verdict_free(NULL);
  oddport_flows_free(NULL);
  oddport_port_free(NULL);
  oddport_text_free(NULL);
}

static void hear_rules(void) {
  const char* files[] = {"/nonexistent/rules.toml"};
  struct oddport_settings settings = {0};
  oddport_classifier* classifier = NULL;
  char* problems = NULL;
  settings.size = sizeof settings;
  settings.ports = "596,700-710";
  settings.rule_files = files;
  settings.rule_file_count = 1;
  EXPECT(oddport_classifier_new(&settings, &classifier, &problems) == ODDPORT_BAD_RULES);
  EXPECT(problems != NULL && strstr(problems, "nonexistent") != NULL);
  EXPECT(classifier != NULL && oddport_watches(classifier, 705) == 1);
  EXPECT(classifier != NULL && oddport_watches(classifier, 711) == 0);
  oddport_text_free(problems);
  oddport_classifier_free(classifier);
}

static void tell_a_port(void) {
  oddport_port* port = NULL;
  EXPECT(oddport_port_new(596, ODDPORT_TCP, &port) == ODDPORT_OK);
  if (port == NULL) return;
  EXPECT(oddport_port_rows(port) == 1);
  EXPECT(same(oddport_port_service(port, 0), "smsd"));
  EXPECT(same(oddport_port_status(port, 0), "ghost"));
  EXPECT(oddport_port_description(port, 0) != NULL);
  EXPECT(oddport_port_service(port, 1) == NULL && oddport_port_status(port, 1) == NULL);
  EXPECT(oddport_port_registered(port, 7) == NULL && oddport_port_changed(port, 7) == NULL &&
         oddport_port_reference(port, 7) == NULL);
  oddport_port_free(port);
}

/* Records of a little-endian pcap file in microseconds, as those under pcaps/ are. */
static void follow_flows(const oddport_classifier* classifier, const char* path) {
  static unsigned char bytes[262144];
  FILE* file = fopen(path, "rb");
  oddport_flows* flows = NULL;
  oddport_verdict* verdict = NULL;
  uint32_t head[6];
  uint64_t first = 0;
  size_t packets = 0;
  EXPECT(file != NULL);
  if (file == NULL) return;
  EXPECT(fread(head, 4, 6, file) == 6);
  EXPECT(oddport_flows_new(classifier, &flows) == ODDPORT_OK);
  while (fread(head, 4, 4, file) == 4 && head[2] <= sizeof bytes &&
         fread(bytes, 1, head[2], file) == head[2]) {
    struct oddport_packet packet = {0};
    uint64_t flow = 0;
    packet.size = sizeof packet;
    packet.bytes = bytes;
    packet.length = head[2];
    packet.wire_length = head[3];
    packet.time = (int64_t)head[0] * 1000000000 + (int64_t)head[1] * 1000;
    packet.link_type = 1;
    EXPECT(oddport_flows_add(flows, &packet, &flow) == ODDPORT_OK);
    if (first == 0) {
      first = flow;
      EXPECT(oddport_flows_verdict(flows, first, &verdict) == ODDPORT_OK);
      EXPECT(verdict != NULL && same(oddport_verdict_label(verdict), "silent"));
      oddport_verdict_free(verdict);
    }
    ++packets;
  }
  fclose(file);
  EXPECT(packets > 10 && first == 1);
  EXPECT(oddport_flows_finish(flows) == ODDPORT_OK);
  EXPECT(oddport_flows_verdict(flows, first, &verdict) == ODDPORT_OK);
  EXPECT(verdict != NULL && same(oddport_verdict_protocol(verdict), "ssh"));
  oddport_flows_free(flows);
  /* It outlives the flows. */
  EXPECT(verdict != NULL && same(oddport_verdict_label(verdict), "unofficial"));
  oddport_verdict_free(verdict);
}

int main(int argc, char** argv) {
  oddport_classifier* classifier = NULL;
  EXPECT(oddport_classifier_new(NULL, &classifier, NULL) == ODDPORT_OK);
  if (classifier == NULL || argc != 2) return 2;
  EXPECT(oddport_watches(classifier, 500) == 1 && oddport_watches(classifier, 1024) == 0);
  EXPECT(strlen(oddport_version()) > 0 && strlen(oddport_registry_date()) == 10);
  EXPECT(strlen(oddport_status_text(ODDPORT_OK)) > 0 && strlen(oddport_status_text(99)) > 0);
  label_a_banner(classifier);
  settle_who_serves(classifier);
  refuse_bad_arguments(classifier);
  hear_rules();
  tell_a_port();
  follow_flows(classifier, argv[1]);
  oddport_classifier_free(classifier);
  printf("%d faults\n", faults);
  return faults == 0 ? 0 : 1;
}
