// The table of samplers, in the order of documentation and output: a new sampler is one folder and one line.
#include "collector/samplers/cpu/cpu.h"
#include "collector/samplers/disk/disk.h"
#include "collector/samplers/diskio/diskio.h"
#include "collector/samplers/internal/internal.h"
#include "collector/samplers/kernel/kernel.h"
#include "collector/samplers/mem/mem.h"
#include "collector/samplers/net/net.h"
#include "collector/samplers/netproto/netproto.h"
#include "collector/samplers/pressure/pressure.h"
#include "collector/samplers/processes/processes.h"
#include "collector/samplers/sampler.h"
#include "collector/samplers/swap/swap.h"
#include "collector/samplers/system/system.h"
#include "collector/samplers/temp/temp.h"

namespace collector {

std::span<const SamplerType> sampler_types() {
  static const std::vector<SamplerType> types{
      net_sampler(),        //
      netproto_sampler(),   //
      cpu_sampler(),        //
      mem_sampler(),        //
      swap_sampler(),       //
      system_sampler(),     //
      kernel_sampler(),     //
      processes_sampler(),  //
      diskio_sampler(),     //
      disk_sampler(),       //
      pressure_sampler(),   //
      temp_sampler(),       //
      internal_sampler(),   //
  };
  return types;
}

}  // namespace collector
