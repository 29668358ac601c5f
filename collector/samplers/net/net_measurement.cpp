#include "collector/samplers/net/net_measurement.h"

#include <memory>

namespace collector {
namespace {

Field link_counter(const char* name, const char* unit, const char* sentence) {
  return {.name = name, .kind = FieldKind::counter, .unit = unit, .sentence = sentence};
}

}  // namespace

const MeasurementPtr& net_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(about_machine(
      {.name = "net",
       .sentence = "What network interfaces received and sent, as the kernel counts it",
       .tags =
           {{"interface", "The interface's name"},
            {"kind",
             "What the interface is: `physical` (a device, of the machine or of the virtual machine), the "
             "kernel's name of a software link (`bridge`, `bond`, `vlan`, `tun`, `wireguard`, `veth` and "
             "others), "
             "`loopback`, or `virtual` where the kernel has no name for it; only the sum over `physical` "
             "counts no byte twice"},
            {"parent",
             "The interface that counts the same bytes as well: the one below (of a VLAN, a macvlan or "
             "a tunnel bound to one), else the bridge, bond or team that this one is a member of"}},
       .fields = {
           link_counter("bytes_recv", "bytes", "Bytes received"),
           link_counter("bytes_sent", "bytes", "Bytes sent"),
           link_counter("packets_recv", "packets", "Packets received"),
           link_counter("packets_sent", "packets", "Packets sent"),
           link_counter("err_in", "packets", "Packets received with errors"),
           link_counter("err_out", "packets", "Packets that could not be sent because of errors"),
           link_counter("drop_in", "packets",
                        "Received packets dropped, by the kernel or by a device that ran out of buffers"),
           link_counter("drop_out", "packets", "Packets dropped before they were sent"),
           {.name = "speed",
            .unit = "Mbit/s",
            .sentence = "Speed of the link, where a physical device tells it"},
           {.name = "operstate",
            .kind = FieldKind::state,
            .type = FieldType::text,
            .unit = "1",
            .sentence =
                "State of the link: up, down, lowerlayerdown, dormant, notpresent, testing or unknown "
                "(devices "
                "that do not tell)"},
       }}));
  return measurement;
}

}  // namespace collector
