Feature: Flapping

  Scenario: A server that comes and goes is one incident and one page
    Given it is 2026-03-05 09:00 in Asia/Shanghai
    And the unit Network with Li Na
    And people are reached by sms
    And critical incidents are told to Li Na
    And the switch core-sw-2 of Network with 1 servers behind it
    And srv-1 is asked every 20 seconds
    When srv-1 stops answering
    And 3 minutes pass
    Then there is 1 open incident and its cause is srv-1
    And Li Na is paged by sms
    When srv-1 answers again
    And 70 seconds pass
    And srv-1 stops answering
    And 2 minutes pass
    And srv-1 answers again
    And 70 seconds pass
    And srv-1 stops answering
    And 2 minutes pass
    Then there is 1 open incident and its cause is srv-1
    And nobody is told anything
    When srv-1 answers again
    And 5 minutes pass
    Then the incident is closed
    And Li Na is told by sms that it is over
    And nobody else is told anything
